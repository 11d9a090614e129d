-- One instalment of a new schedule. Penalty counts from the day it falls due.
insert into instalment (loan_id, instalment_no, period_start, period_end, due_date, penalty_from, principal_due, interest_due)
values (:loan_id, :instalment_no, :period_start, :period_end, :due_date, :penalty_from, :principal_due, :interest_due);
