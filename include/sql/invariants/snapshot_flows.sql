-- What the dated book says was due and received on the date is what instalments and ledger say.
select
    l.loan_no,
    d.due_today,
    coalesce(i.due, 0) as scheduled,
    d.due_open,
    coalesce(i.open, 0) as unpaid,
    d.received_today,
    coalesce(e.amount, 0) as in_ledger
from loan_day as d
inner join loan as l on d.loan_id = l.loan_id
left join (
    select loan_id, sum(principal_due + interest_due + fee_due) as due, sum(outstanding) as open
    from instalment
    where due_date = :business_date and moved_on is null
    group by loan_id
) as i on d.loan_id = i.loan_id
left join (
    select loan_id, sum(principal + interest + fee + penalty + overpayment) as amount
    from ledger_entry
    where business_date = :business_date and entry_type = 'REPAYMENT'
    group by loan_id
) as e on d.loan_id = e.loan_id
where d.business_date = :business_date
    and (
        d.due_today <> coalesce(i.due, 0)
        or d.due_open <> coalesce(i.open, 0)
        or d.received_today <> coalesce(e.amount, 0)
    );
