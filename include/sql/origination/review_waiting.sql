-- What officers decided while a date was closing, in their order.
-- Nobody else touches them meanwhile: a review that waits for the next date is ended by the close alone, which holds the day's row.
-- Reads: application_review (by state), application. Writes: nothing.
select
    r.review_id,
    r.application_id,
    r.outcome,
    r.amount,
    r.annual_rate,
    r.tenor,
    r.reason,
    r.officer,
    r.second_person,
    a.state as application_state
from application_review as r
inner join application as a on r.application_id = a.application_id
where r.state = 'WAITING'
order by r.review_id;
