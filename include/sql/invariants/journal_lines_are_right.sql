-- Every journal line of a movement has the account and the amount that its entry and its posting rule say.
select
    l.loan_no,
    t.event,
    t.component,
    t.account_code,
    t.debit,
    t.credit,
    t.amount as expected
from (
    select
        e.loan_id,
        j.event,
        j.component,
        j.account_code,
        j.debit,
        j.credit,
        e.entry_type,
        r.debit_account,
        r.credit_account,
        case j.component
            when 'PRINCIPAL' then e.principal
            when 'INTEREST' then e.interest
            when 'FEE' then e.fee
            when 'PENALTY' then e.penalty
            else e.overpayment
        end as amount
    from ledger_entry as e
    inner join journal as j on e.entry_id = j.ledger_entry_id
    left join posting_rule as r on j.event = r.event and j.component = r.component
    cross join (select cast(value as signed) as days from policy_setting where name = 'reconcile_days') as p
    where e.business_date between date_sub(:business_date, interval p.days day) and :business_date
) as t
inner join loan as l on t.loan_id = l.loan_id
where t.event <> t.entry_type
    or t.debit_account is null
    or (t.account_code = t.debit_account and t.debit - t.credit <> t.amount)
    or (t.account_code = t.credit_account and t.credit - t.debit <> t.amount)
    or (t.account_code <> t.debit_account and t.account_code <> t.credit_account);
