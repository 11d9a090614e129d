-- Line and item of a match say the same; whatever is settled has its match or its explanation; and nothing that the date booked on
-- the account is left out.
select t.business_date, t.reference, t.amount, t.fault
from (
    select i.business_date, i.reference, i.amount, 'matched with a line that says otherwise' as fault
    from bank_item as i
    inner join (select cast(value as signed) as days from policy_setting where name = 'reconcile_days') as p
        on i.settled_on between date_sub(:business_date, interval p.days day) and :business_date
    left join bank_line as l on i.bank_line_id = l.bank_line_id
    where i.bank_line_id is not null
        and not (l.amount <=> i.amount and l.reference <=> i.reference and l.settled_on <=> i.settled_on and l.note is null)
    union all
    select i.business_date, i.reference, i.amount, 'settled without line or explanation'
    from bank_item as i
    where i.settled_on is not null and i.bank_line_id is null and i.note is null
    union all
    select l.statement_date, l.reference, l.amount, 'settled without item or explanation'
    from bank_line as l
    inner join (select cast(value as signed) as days from policy_setting where name = 'reconcile_days') as p
        on l.settled_on between date_sub(:business_date, interval p.days day) and :business_date
    left join bank_item as i on l.bank_line_id = i.bank_line_id
    where i.bank_item_id is null and l.note is null
    union all
    select r.business_date, r.external_ref, r.amount, 'received and not expected on a statement'
    from repayment as r
    inner join policy_setting as c on c.name = 'bank_statement_channels' and find_in_set(r.channel, c.value)
    left join bank_item as i on i.kind = 'REPAYMENT' and r.repayment_id = i.source_id
    where r.business_date = :business_date
        and r.source not in ('SUSPENSE', 'PAYOUT_RETURN')
        and exists (select 1 from bank_statement)
        and not (i.amount <=> if(r.kind = 'PAYMENT', r.amount, -r.amount))
    union all
    select p.confirmed_on, concat('payout ', p.payout_id), -p.amount, 'paid out and not expected on a statement'
    from payout as p
    inner join policy_setting as s on s.name = 'bank_statement_payouts' and s.value = 'True'
    left join bank_item as i on i.kind = 'PAYOUT' and p.payout_id = i.source_id
    where p.confirmed_on = :business_date and exists (select 1 from bank_statement) and not (i.amount <=> -p.amount)
) as t;
