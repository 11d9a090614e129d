-- Requests to change a loan, the latest first.
-- Reads: change_request (by loan), change_kind. Writes: nothing.
select
    c.change_request_id,
    c.kind,
    k.name_en,
    k.name_zh,
    c.state,
    c.amount,
    c.reason,
    c.maker,
    c.checker,
    c.business_date,
    c.applied_on
from change_request as c
inner join change_kind as k on c.kind = k.kind
where c.loan_id = :loan_id and c.business_date <= :as_of
order by c.change_request_id desc
limit 100;
