-- The disbursement: principal x 1 on the loan as a whole. Given as values, since the ledger's trigger updates loan.
insert into ledger_entry (loan_id, instalment_no, entry_type, business_date, value_date, principal, actor)
values (:loan_id, :instalment_no, :entry_type, :business_date, :value_date, :principal, :actor);
