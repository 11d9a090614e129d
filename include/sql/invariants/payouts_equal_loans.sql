-- What was decided, instructed to the bank, confirmed, contracted and booked is one amount.
select
    a.application_no,
    d.offer_amount,
    p.amount as paid_out,
    l.principal as contract,
    e.principal as booked
from payout as p
inner join application as a on p.application_id = a.application_id
left join (
    select application_id, max(decision_id) as decision_id
    from application_decision
    where outcome = 'APPROVED'
    group by application_id
) as k on p.application_id = k.application_id
left join application_decision as d on k.decision_id = d.decision_id
left join loan as l on p.application_id = l.application_id
left join (
    select loan_id, sum(principal) as principal
    from ledger_entry
    where entry_type = 'DISBURSEMENT'
    group by loan_id
) as e on l.loan_id = e.loan_id
where p.state in ('CONFIRMED', 'RETURNED')
    and (
        d.offer_amount is null or l.loan_id is null or e.principal is null
        or p.amount <> d.offer_amount or p.amount <> l.principal or p.amount <> e.principal
        -- one that came back has left nothing to be owed
        or (p.state = 'RETURNED' and (l.principal_paid <> p.amount or l.interest_paid + l.fee_paid + l.penalty_paid <> 0))
    );
