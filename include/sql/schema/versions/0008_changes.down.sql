-- Undo what 0008_changes.sql altered; the tables it created are dropped by themselves.
alter table loan_day drop column interest_prepaid;
alter table suspense_item drop column change_request_id;
alter table suspense_item drop column resolved_on;
alter table repayment drop constraint repayment_state;
alter table repayment add constraint repayment_state check (state in ('RECEIVED', 'POSTED', 'SUSPENSE', 'BOUNCED'));
alter table repayment drop constraint repayment_kind;
alter table repayment add constraint repayment_kind check (kind in ('PAYMENT', 'BOUNCE'));
alter table loan drop column written_off_on;
alter table loan drop column recovered;
alter table instalment drop column interest_cut;
alter table ledger_entry drop constraint ledger_entry_type;
alter table ledger_entry add constraint ledger_entry_type check (
    entry_type in ('OPENING', 'DISBURSEMENT', 'PENALTY_CHARGE', 'FEE_CHARGE', 'REPAYMENT', 'HELD_APPLIED', 'WAIVER', 'WRITE_OFF', 'REFUND')
);
