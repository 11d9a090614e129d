-- A customer's loans and how they are paid: instalments that were due, those that are open, the worst delay that the dated book saw.
-- Reads: loan (by customer), loan_product, instalment, loan_day, repayment (each by loan). Writes: nothing.
select
    l.loan_no,
    l.state,
    l.principal,
    l.principal_balance,
    l.arrears,
    l.days_past_due,
    l.disbursed_on,
    p.name_en,
    p.name_zh,
    (
        select count(*) from instalment as i
        where i.loan_id = l.loan_id and i.due_date <= :today and i.moved_on is null
    ) as due,
    (
        select count(*) from instalment as i
        where i.loan_id = l.loan_id and i.due_date <= :today and i.outstanding > 0
    ) as unpaid,
    (
        select max(d.days_past_due) from loan_day as d
        where d.loan_id = l.loan_id
    ) as worst,
    (
        select max(r.value_date) from repayment as r
        where r.loan_id = l.loan_id and r.state = 'POSTED'
    ) as last_paid
from loan as l
inner join loan_product as p on l.product_id = p.product_id
where l.customer_id = :customer_id
order by l.loan_id desc
limit 50;
