-- Money to post on the loans in replay_loan from their day on, in order of arrival. Money of the date itself that is not posted yet
-- waits for servicing.post_repayments; a chargeback doesn't.
-- reads:  replay_loan (temporary), repayment
select
    p.loan_id,
    p.repayment_id,
    p.kind,
    p.value_date,
    cast(p.amount * 100 as signed) as amount,
    o.repayment_id as original_id,
    p.state
from replay_loan as r
straight_join repayment as p on r.loan_id = p.loan_id and p.value_date >= r.from_date
left join repayment as o on p.kind = 'CHARGEBACK' and p.source = o.source and p.original_ref = o.external_ref
where (p.kind = 'PAYMENT' and (p.state = 'POSTED' or (p.state = 'RECEIVED' and p.value_date < :business_date)))
    or (p.kind = 'CHARGEBACK' and p.state in ('POSTED', 'RECEIVED'))
order by p.loan_id, p.repayment_id;
