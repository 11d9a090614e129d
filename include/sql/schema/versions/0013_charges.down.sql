-- Undo what 0013_charges.sql altered.
alter table ledger_entry drop constraint ledger_entry_type;
alter table ledger_entry add constraint ledger_entry_type check (
    entry_type in (
        'OPENING', 'DISBURSEMENT', 'PENALTY_CHARGE', 'FEE_CHARGE', 'REPAYMENT', 'HELD_APPLIED', 'WAIVER', 'WRITE_OFF', 'REFUND',
        'CHARGEBACK', 'INTEREST_CUT', 'RECOVERY'
    )
);
alter table loan_product drop column late_fee_after_days;
alter table loan_product drop column late_fee;
alter table loan_product drop column instalment_fee;
