-- Fees and charges of a product: a fee with each instalment, and one for each instalment that stays unpaid.
alter table loan_product add column instalment_fee decimal(18, 2) not null default 0 comment 'charged on each due date' after penalty_compounds;
alter table loan_product add column late_fee decimal(18, 2) not null default 0 comment 'charged once an instalment that is overdue' after instalment_fee;
alter table loan_product add column late_fee_after_days smallint not null default 0 comment 'days past due on which it is charged' after late_fee;

alter table ledger_entry drop constraint ledger_entry_type;
alter table ledger_entry add constraint ledger_entry_type check (
    entry_type in (
        'OPENING', 'DISBURSEMENT', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE', 'REPAYMENT', 'HELD_APPLIED', 'WAIVER',
        'WRITE_OFF', 'REFUND', 'CHARGEBACK', 'INTEREST_CUT', 'RECOVERY'
    )
);
