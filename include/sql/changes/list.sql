-- Change requests with their loans, newest first; :state null for all.
-- reads: change_request, loan
select c.change_request_id, c.kind, c.state, l.loan_no, c.amount, c.instalment_no, c.details, c.reason, c.maker, c.checker, c.applied_on, c.error
from change_request as c
left join loan as l on c.loan_id = l.loan_id
where :state is null or c.state = :state
order by c.change_request_id desc
limit 200;
