-- Decided applications whose score is nearest: the closest above and below, then those of the same product first.
-- Reads: application_score (by points, 60 rows each way), application, application_decision, loan. Writes: nothing.
with near as (
    (
        select
            s.application_id,
            s.points
        from application_score as s
        where s.role = 'CHAMPION' and s.points >= :points and s.points <= :points + :width
        order by s.points
        limit 60
    )
    union distinct
    (
        select
            s.application_id,
            s.points
        from application_score as s
        where s.role = 'CHAMPION' and s.points < :points and s.points >= :points - :width
        order by s.points desc
        limit 60
    )
)

select
    a.application_no,
    a.business_date,
    a.amount,
    a.tenor,
    a.state,
    n.points,
    d.outcome,
    d.offer_amount,
    d.offer_rate,
    d.decided_by,
    l.loan_no,
    l.state as loan_state,
    l.days_past_due,
    l.principal_balance
from near as n
inner join application as a on n.application_id = a.application_id
inner join application_decision as d on d.decision_id = (
    select max(e.decision_id) from application_decision as e
    where e.application_id = n.application_id
)
left join loan as l on n.application_id = l.application_id
where n.application_id <> :application_id and a.state not in ('NEW', 'UNDER_REVIEW', 'REFERRED')
order by (a.product_code = :product_code) desc, abs(n.points - :points), a.application_id
limit 8;
