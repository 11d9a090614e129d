-- Every version of a loan's schedule and why it was made.
-- Reads: schedule_version (by loan). Writes: nothing.
select
    version,
    instalments,
    principal,
    interest,
    fee,
    made_on,
    reason
from schedule_version
where loan_id = :loan_id and made_on <= :as_of
order by version desc;
