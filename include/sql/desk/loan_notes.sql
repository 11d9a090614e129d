-- Notes on a loan, the latest first.
-- Reads: loan_note (by loan). Writes: nothing.
select
    kind,
    body,
    business_date,
    actor,
    made_at
from loan_note
where loan_id = :loan_id and business_date <= :as_of
order by note_id desc
limit 100;
