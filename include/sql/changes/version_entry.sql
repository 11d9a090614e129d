-- One entry of a new schedule version.
-- writes: posting_entry (temporary)
insert into posting_entry (loan_id, instalment_no, entry_type, value_date, principal, interest, fee, penalty)
values (:loan_id, :instalment_no, :entry_type, :value_date, :principal, :interest, :fee, :penalty);
