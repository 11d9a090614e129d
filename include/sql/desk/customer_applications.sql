-- A customer's applications, the latest first.
-- Reads: application (by customer), loan. Writes: nothing.
select
    a.application_no,
    a.business_date,
    a.amount,
    a.tenor,
    a.state,
    l.loan_no
from application as a
left join loan as l on a.application_id = l.application_id
where a.customer_id = :customer_id
order by a.application_id desc
limit 50;
