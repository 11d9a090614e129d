-- How many referred applications wait for whom, and how much they ask for.
-- Reads: application (by state), application_review, application_decision. Writes: nothing.
select
    count(*) as referred,
    coalesce(sum(a.amount), 0) as amount,
    coalesce(sum(case when r.review_id is null then 1 else 0 end), 0) as undecided,
    coalesce(sum(case when r.state = 'OPEN' then 1 else 0 end), 0) as second,
    coalesce(sum(case when r.state = 'WAITING' then 1 else 0 end), 0) as waiting,
    coalesce(sum(case when r.review_id is null and d.offer_expires_on <= :today then 1 else 0 end), 0) as last_day
from application as a
left join application_review as r on a.application_id = r.application_id and r.is_open = 1
left join application_decision as d on a.application_id = d.application_id and d.decision_id = (
    select max(e.decision_id) from application_decision as e
    where e.application_id = a.application_id
)
where a.state = 'REFERRED';
