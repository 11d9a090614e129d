-- Rows of the loans in changing_loan that no newer schedule version replaced, with what they owe, in cents.
-- reads: changing_loan (temporary), instalment
select
    i.loan_id,
    i.instalment_no,
    i.version,
    i.kind,
    i.period_start,
    i.period_end,
    i.due_date,
    cast(i.principal_due * 100 as signed) as principal_due,
    cast(i.interest_due * 100 as signed) as interest_due,
    cast((i.principal_due - i.principal_paid - i.principal_released) * 100 as signed) as principal,
    cast((i.interest_due - i.interest_paid - i.interest_released) * 100 as signed) as interest,
    cast((i.fee_due + i.fee_charged - i.fee_paid - i.fee_released) * 100 as signed) as fee,
    cast((i.penalty_charged - i.penalty_paid - i.penalty_released) * 100 as signed) as penalty
from changing_loan as c
inner join instalment as i on c.loan_id = i.loan_id
where i.moved_on is null
order by i.loan_id, i.period_end, i.instalment_no;
