-- servicing.apply_changes, servicing.change_schedules: what was approved and waits, in order.
-- reads: change_request, loan
select
    c.change_request_id, c.kind, c.loan_id, l.loan_no, l.state as loan_state, l.overpayment, l.written_off_on, l.unlikely_to_pay_on,
    c.amount, c.instalment_no, c.details, c.reason, c.maker, c.checker, c.decided_at
from change_request as c
left join loan as l on c.loan_id = l.loan_id
where c.state = 'APPROVED'
order by c.change_request_id;
