-- What officers decided about an application, the latest first.
-- Reads: application_review (by application). Writes: nothing.
select
    review_id,
    outcome,
    state,
    amount,
    annual_rate,
    tenor,
    reason,
    officer,
    made_at,
    second_person,
    note,
    ended_at,
    effective_on
from application_review
where application_id = :application_id
order by review_id desc
limit 20;
