-- A loan as the dated book saw it at the close of a date, or at the last close before it.
-- Reads: loan_day (by loan and date, one row). Writes: nothing.
select
    business_date,
    state,
    class_code,
    stage,
    days_past_due,
    principal_balance,
    interest_outstanding,
    fee_outstanding,
    penalty_outstanding,
    interest_accrued,
    arrears,
    overpayment,
    provision
from loan_day
where loan_id = :loan_id and business_date <= :as_of
order by business_date desc
limit 1;
