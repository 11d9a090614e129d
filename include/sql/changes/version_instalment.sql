-- One row of a new schedule version.
-- writes: instalment
-- repeat: safe; unique by loan and number
insert into instalment (
    loan_id, instalment_no, version, kind, period_start, period_end, due_date, penalty_from, penalty_rate, principal_due, interest_due
)
values (
    :loan_id, :instalment_no, :version, :kind, :period_start, :period_end, :due_date, :due_date, :penalty_rate, :principal_due, :interest_due
);
