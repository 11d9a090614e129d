-- How a loan moved, up to a date.
-- Reads: loan_history (by loan). Writes: nothing.
select
    from_state,
    to_state,
    business_date,
    actor,
    reason,
    changed_at
from loan_history
where loan_id = :loan_id and business_date <= :as_of
order by history_id desc
limit 100;
