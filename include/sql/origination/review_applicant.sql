-- One referred application with its champion's score, its product's limits and what its customer owes us at this moment.
-- Reads: application, application_score, customer, loan_product, loan, application_decision (each by key). Writes: nothing.
-- The same figures as decide_applications_select.sql, for an application that a person decides.
with one as (
    select *
    from application
    where application_id = :application_id
),

score as (
    select
        s.application_id,
        s.model_name,
        s.model_version,
        s.points
    from application_score as s
    where s.application_id = :application_id and s.role = 'CHAMPION'
    order by s.business_date desc, s.model_version desc
    limit 1
),

owed as (
    select
        sum(l.principal_balance) as principal,
        max(case when l.state in ('DEFAULTED', 'WRITTEN_OFF') then greatest(l.days_past_due, 1) else l.days_past_due end) as days_past_due
    from one
    inner join loan as l on one.customer_id = l.customer_id
),

on_the_way as (
    select sum(d.offer_amount) as amount
    from one
    inner join application as a on one.customer_id = a.customer_id
    inner join application_decision as d on d.decision_id = (
        select max(e.decision_id) from application_decision as e
        where e.application_id = a.application_id and e.outcome = 'APPROVED'
    )
    where a.state in ('APPROVED', 'ACCEPTED', 'PAYOUT_PENDING', 'PAYOUT_FAILED')
)

select
    a.application_id,
    a.application_no,
    a.state,
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
    p.annual_rate,
    p.min_amount,
    p.max_amount,
    p.min_tenor,
    p.max_tenor,
    c.exposure_limit,
    coalesce(o.principal, 0) + coalesce(w.amount, 0) as exposure,
    coalesce(o.days_past_due, 0) as days_past_due
from one as a
inner join customer as c on a.customer_id = c.customer_id
left join score as s on a.application_id = s.application_id
left join loan_product as p on a.product_code = p.product_code and p.version = (
    select max(v.version) from loan_product as v
    where v.product_code = a.product_code
)
cross join owed as o
cross join on_the_way as w;
