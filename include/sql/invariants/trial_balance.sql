-- On every date debits equal credits, an account opens with what it closed with the date before; on this one it moved as the journal says.
select t.business_date, t.account_code, t.fault, t.off_by
from (
    select d.business_date, d.account_code, 'opens otherwise than it closed' as fault, d.opening - coalesce(p.closing, 0) as off_by
    from account_day as d
    left join account_day as p on d.account_code = p.account_code and p.business_date = date_sub(d.business_date, interval 1 day)
    union all
    select business_date, null, 'debits are not credits', sum(debit - credit)
    from account_day
    group by business_date
    union all
    select business_date, null, 'balances do not cancel out', sum(closing)
    from account_day
    group by business_date
    union all
    select :business_date, m.account_code, 'moved otherwise than the journal', if(sum(m.debit) <> 0, sum(m.debit), sum(m.credit))
    from (
        select account_code, debit, credit from account_day where business_date = :business_date
        union all
        select account_code, -debit, -credit from journal where business_date = :business_date
    ) as m
    group by m.account_code
) as t
where t.off_by <> 0;
