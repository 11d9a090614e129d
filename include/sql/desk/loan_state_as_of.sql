-- The state that a loan had at the end of a date.
-- Reads: loan_history (by loan). Writes: nothing.
select to_state as state
from loan_history
where loan_id = :loan_id and business_date <= :as_of
order by history_id desc
limit 1;
