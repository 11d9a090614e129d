-- A new loan has earned nothing yet: its first period accrues from the day it was paid out.
insert into loan_accrual (loan_id, instalment_no, completed, accrued, posted, posted_before, accrued_to)
values (:loan_id, :instalment_no, :completed, :accrued, :posted, :posted_before, :accrued_to);
