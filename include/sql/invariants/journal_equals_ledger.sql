-- Every ledger entry is in the journal once, on the accounts that posting_rule names, to the cent.
select
    l.loan_no,
    t.ledger_entry_id,
    t.account_code,
    sum(t.amount) as off_by
from (
    select
        e.loan_id,
        e.entry_id as ledger_entry_id,
        if(s.side = 'DEBIT', r.debit_account, r.credit_account) as account_code,
        case r.component
            when 'PRINCIPAL' then e.principal
            when 'INTEREST' then e.interest
            when 'FEE' then e.fee
            when 'PENALTY' then e.penalty
            else e.overpayment
        end * if(s.side = 'DEBIT', 1, -1) as amount
    from ledger_entry as e
    inner join posting_rule as r on e.entry_type = r.event
    cross join (select 'DEBIT' as side union all select 'CREDIT') as s
    where e.business_date <= :business_date
    union all
    select loan_id, ledger_entry_id, account_code, credit - debit
    from journal
    where ledger_entry_id is not null
) as t
inner join loan as l on t.loan_id = l.loan_id
group by l.loan_no, t.ledger_entry_id, t.account_code
having sum(t.amount) <> 0;
