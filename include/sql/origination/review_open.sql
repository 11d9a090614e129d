-- What an officer decided about an application and is not over: waits for a second person or for the next date.
-- Reads: application_review (by application). Writes: nothing.
select
    r.review_id,
    r.application_id,
    r.outcome,
    r.state,
    r.amount,
    r.annual_rate,
    r.tenor,
    r.reason,
    r.officer,
    r.second_person,
    r.note
from application_review as r
where r.application_id = :application_id and r.is_open = 1;
