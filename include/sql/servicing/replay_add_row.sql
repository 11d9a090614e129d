-- servicing.replay_backdated: a row for what comes up after a loan's last instalment, a schedule version of its own.
-- writes: instalment, schedule_version
-- repeat: safe; everything happens in one transaction with the step's DONE
insert into schedule_version (loan_id, version, instalments, principal, interest, fee, made_on, reason)
select :loan_id, max(version) + 1, 1, 0, 0, 0, :business_date, 'charged back after the last instalment'
from schedule_version
where loan_id = :loan_id;

insert into instalment (loan_id, instalment_no, version, period_start, period_end, due_date, penalty_from, principal_due, interest_due)
select :loan_id, :number, max(version), :start, :due_date, :due_date, :due_date, 0, 0
from schedule_version
where loan_id = :loan_id;
