-- Undo what 0014_as_of.sql altered.
alter table loan_product modify column day_count varchar(12) not null;
alter table ledger_entry drop constraint ledger_entry_type;
alter table ledger_entry add constraint ledger_entry_type check (
    entry_type in (
        'OPENING', 'DISBURSEMENT', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE', 'REPAYMENT', 'HELD_APPLIED', 'WAIVER',
        'WRITE_OFF', 'REFUND', 'CHARGEBACK', 'INTEREST_CUT', 'RECOVERY'
    )
);
