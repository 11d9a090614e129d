-- Money in suspense that nobody has claimed, the oldest first.
-- Reads: suspense_item, repayment (by key). Writes: nothing.
select
    s.suspense_id,
    s.business_date,
    s.amount,
    s.reason,
    r.source,
    r.external_ref
from suspense_item as s
inner join repayment as r on s.repayment_id = r.repayment_id
where s.state = 'OPEN'
order by s.suspense_id
limit 200;
