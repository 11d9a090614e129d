-- Promises to pay whose day is near or passed lately, and whether the money came.
-- Reads: promise_to_pay (by day), loan, repayment (by loan). Writes: nothing.
select
    l.loan_no,
    l.state as loan_state,
    l.days_past_due,
    l.arrears,
    p.promised_on,
    p.amount,
    p.actor,
    (
        select coalesce(sum(r.amount), 0) from repayment as r
        where r.loan_id = p.loan_id and r.kind = 'PAYMENT' and r.state in ('RECEIVED', 'POSTED')
            and r.value_date between p.business_date and p.promised_on
    ) as received
from promise_to_pay as p
inner join loan as l on p.loan_id = l.loan_id
where p.promised_on between :since and :until
order by p.promised_on, p.promise_id
limit 50;
