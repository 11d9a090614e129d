-- The applications to decide on, each with its champion's score and what we know of its customer at this moment.
-- Reads: application, application_score, application_decision, customer, loan_product, loan.
-- A customer's exposure is what they owe us plus the offers that are on their way to a loan.
with queue as (
    select
        a.application_id,
        a.application_no,
        a.customer_id,
        a.product_code,
        a.amount,
        a.tenor,
        a.age,
        a.seniority,
        a.income,
        a.expenses,
        a.adverse_record,
        s.model_name,
        s.model_version,
        s.points,
        -- where a champion changed in between, the later score counts
        row_number() over (partition by a.application_id order by s.business_date desc, s.model_version desc) as latest
    from application as a
    inner join application_score as s on a.application_id = s.application_id and s.role = 'CHAMPION'
    where a.state = 'UNDER_REVIEW'
),

customers as (
    select distinct customer_id from queue
),

owed as (
    select
        l.customer_id,
        sum(l.principal_balance) as principal,
        max(case when l.state in ('DEFAULTED', 'WRITTEN_OFF') then greatest(l.days_past_due, 1) else l.days_past_due end) as days_past_due
    from loan as l
    inner join customers as c on l.customer_id = c.customer_id
    group by l.customer_id
),

on_the_way as (
    select
        a.customer_id,
        sum(d.offer_amount) as amount
    from application as a
    inner join customers as c on a.customer_id = c.customer_id
    inner join application_decision as d on d.decision_id = (
        select max(e.decision_id) from application_decision as e
        where e.application_id = a.application_id and e.outcome = 'APPROVED'
    )
    where a.state in ('APPROVED', 'ACCEPTED', 'PAYOUT_PENDING', 'PAYOUT_FAILED')
    group by a.customer_id
)

select
    q.*,
    p.annual_rate,
    p.min_amount,
    p.max_amount,
    p.min_tenor,
    p.max_tenor,
    c.exposure_limit,
    coalesce(o.principal, 0) + coalesce(w.amount, 0) as exposure,
    coalesce(o.days_past_due, 0) as days_past_due
from queue as q
inner join customer as c on q.customer_id = c.customer_id
left join loan_product as p on q.product_code = p.product_code and p.version = (
    select max(v.version) from loan_product as v
    where v.product_code = q.product_code
)
left join owed as o on q.customer_id = o.customer_id
left join on_the_way as w on q.customer_id = w.customer_id
where q.latest = 1
order by q.application_no;
