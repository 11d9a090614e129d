-- Rows of the loans in replay_loan, as scheduled and charged; not those that a newer schedule version replaced.
-- reads:  replay_loan (temporary), instalment
select
    r.loan_id,
    i.instalment_no,
    i.kind,
    i.penalty_rate,
    i.period_start,
    i.due_date,
    i.penalty_from,
    cast(i.principal_due * 100 as signed) as principal,
    cast(i.interest_due * 100 as signed) as interest,
    cast(i.fee_due * 100 as signed) as fee
from replay_loan as r
straight_join instalment as i on r.loan_id = i.loan_id and i.moved_on is null
order by r.loan_id, i.instalment_no;
