-- The control totals of a new schedule: an instalment changed behind the triggers' back is found by them.
insert into schedule_version (loan_id, version, instalments, principal, interest, fee, made_on, reason)
values (:loan_id, :version, :instalments, :principal, :interest, :fee, :made_on, :reason);
