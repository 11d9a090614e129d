-- A posted payment is in the ledger whole, a chargeback takes its amount back, a payment that bounced or was reversed nets to
-- nothing, one in suspense is a suspense item.
select
    p.loan_no,
    p.external_ref,
    p.state,
    p.amount as received,
    coalesce(e.amount, 0) as in_ledger,
    coalesce(s.amount, 0) as in_suspense
from repayment as p
left join (
    select repayment_id, sum(principal + interest + fee + penalty + overpayment) as amount
    from ledger_entry
    where repayment_id is not null
    group by repayment_id
) as e on p.repayment_id = e.repayment_id
left join suspense_item as s on p.repayment_id = s.repayment_id
where coalesce(e.amount, 0) <> case
        when p.state <> 'POSTED' then 0
        when p.kind = 'PAYMENT' then p.amount
        when p.kind = 'CHARGEBACK' then -p.amount
        else 0
    end
    or coalesce(s.amount, 0) <> if(p.state in ('SUSPENSE', 'REVERSED'), if(p.kind = 'PAYMENT', p.amount, -p.amount), 0)
    or (p.state = 'RECEIVED' and p.business_date <= :business_date);
