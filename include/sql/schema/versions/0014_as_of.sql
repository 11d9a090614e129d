-- ACTUAL/ACTUAL has 13 letters.
alter table loan_product modify column day_count varchar(16) not null;

-- every type of entry: what moves a remainder from one schedule version to the next, and what arrears become in it
alter table ledger_entry drop constraint ledger_entry_type;
alter table ledger_entry add constraint ledger_entry_type check (
    entry_type in (
        'OPENING', 'DISBURSEMENT', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE', 'REPAYMENT', 'HELD_APPLIED', 'WAIVER',
        'WRITE_OFF', 'REFUND', 'CHARGEBACK', 'INTEREST_CUT', 'RECOVERY',
        'MOVED_OUT', 'MOVED_IN', 'DEFERRED', 'CAPITALISED'
    )
);
