-- A new schedule version with its control totals; its trigger marks the rows that it replaces.
-- writes: schedule_version, instalment.moved_on
-- repeat: safe; one transaction with the request's APPLIED or the step's DONE
insert into schedule_version (
    loan_id, version, instalments, principal, interest, fee, made_on, reason, annual_rate, method, replaces, taken_over, carried_until
)
values (
    :loan_id, :version, :instalments, :principal, :interest, 0, :made_on, :reason, :annual_rate, :method, :replaces, :taken_over, :carried_until
);
