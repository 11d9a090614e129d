-- Change requests with their kinds and loans, the latest first, filtered, one page of them.
-- Reads: change_request (by state where one is asked for), change_kind, loan (by key). Writes: nothing.
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
    c.applied_on,
    c.error,
    l.loan_no
from change_request as c
inner join change_kind as k on c.kind = k.kind
left join loan as l on c.loan_id = l.loan_id
where (:state is null or c.state = :state)
    and (:kind is null or c.kind = :kind)
    and (:loan_no is null or l.loan_no = :loan_no)
order by c.change_request_id desc
limit :rows offset :offset;
