-- Referred applications with their score, why they were referred, and what officers did; filtered, sorted, one page.
-- Reads: application (by state), customer, application_score, application_decision, application_review (by application).
-- Writes: nothing.
with referred as (
    select
        a.application_id,
        a.application_no,
        a.business_date,
        a.amount,
        a.tenor,
        a.product_code,
        c.customer_no,
        c.kind,
        datediff(:today, a.business_date) as age_days,
        (
            select s.points from application_score as s
            where s.application_id = a.application_id and s.role = 'CHAMPION'
            order by s.business_date desc, s.model_version desc
            limit 1
        ) as points
    from application as a
    inner join customer as c on a.customer_id = c.customer_id
    where a.state = 'REFERRED'
        and (:product is null or a.product_code = :product)
        and (:least is null or a.amount >= :least)
)

select
    q.application_id,
    q.application_no,
    q.business_date,
    q.amount,
    q.tenor,
    q.product_code,
    q.customer_no,
    q.kind,
    q.age_days,
    q.points,
    d.rules_fired,
    d.offer_expires_on,
    datediff(d.offer_expires_on, :today) as days_left,
    r.state as review_state,
    r.officer
from referred as q
left join application_decision as d on q.application_id = d.application_id and d.decision_id = (
    select max(e.decision_id) from application_decision as e
    where e.application_id = q.application_id
)
left join application_review as r on q.application_id = r.application_id and r.is_open = 1
where :step is null
    or (:step = 'undecided' and r.review_id is null)
    or (:step = 'second' and r.state = 'OPEN')
    or (:step = 'waiting' and r.state = 'WAITING')
order by
    case when :sort = 'age' then q.business_date end desc,
    case when :sort = '-age' then q.business_date end asc,
    case when :sort = 'amount' then q.amount end asc,
    case when :sort = '-amount' then q.amount end desc,
    case when :sort = 'points' then q.points end asc,
    case when :sort = '-points' then q.points end desc,
    case when :sort = 'expires' then d.offer_expires_on end asc,
    case when :sort = '-expires' then d.offer_expires_on end desc,
    q.application_id asc
limit :rows offset :offset;
