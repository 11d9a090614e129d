-- Promises to pay of a loan and whether they were kept: received from the day of the promise to the day promised.
-- Reads: promise_to_pay, repayment (each by loan). Writes: nothing.
with received as (
    select
        p.promise_id,
        coalesce(sum(r.amount), 0) as amount
    from promise_to_pay as p
    left join repayment as r on p.loan_id = r.loan_id and r.kind = 'PAYMENT' and r.state in ('RECEIVED', 'POSTED')
        and r.value_date between p.business_date and p.promised_on and r.business_date <= :as_of
    where p.loan_id = :loan_id
    group by p.promise_id
)

select
    p.promised_on,
    p.amount,
    p.business_date,
    p.actor,
    r.amount as received,
    case
        when r.amount >= p.amount then 'KEPT'
        when p.promised_on < :as_of then 'BROKEN'
        else 'OPEN'
    end as state
from promise_to_pay as p
inner join received as r on p.promise_id = r.promise_id
where p.business_date <= :as_of
order by p.promise_id desc
limit 100;
