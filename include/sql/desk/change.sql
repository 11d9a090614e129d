-- One change request.
-- Reads: change_request, change_kind, loan (each by key). Writes: nothing.
select
    c.change_request_id,
    c.kind,
    k.name_en,
    k.name_zh,
    k.rule,
    c.state,
    c.amount,
    c.instalment_no,
    c.details,
    c.reason,
    c.maker,
    c.business_date,
    c.made_at,
    c.checker,
    c.note,
    c.decided_at,
    c.applied_on,
    c.error,
    l.loan_no,
    l.state as loan_state,
    l.principal_balance,
    l.arrears,
    l.days_past_due
from change_request as c
inner join change_kind as k on c.kind = k.kind
left join loan as l on c.loan_id = l.loan_id
where c.change_request_id = :number;
