-- VAT booked is what policy says of the income, cumulative; nothing of the date's income was left out, and the journal has just that VAT.
select t.business_date, t.account_code, t.product_id, t.fault, t.off_by
from (
    select
        business_date,
        account_code,
        product_id,
        'vat to date is not that of the income to date' as fault,
        vat_to_date - round(income_to_date * rate / (1 + rate), 2) as off_by
    from vat_day
    union all
    select
        business_date,
        account_code,
        product_id,
        'income to date is not its sum',
        income_to_date - sum(income) over (partition by account_code, product_id, valid_from order by business_date)
    from vat_day
    union all
    select
        business_date,
        account_code,
        product_id,
        'vat to date is not its sum',
        vat_to_date - sum(vat) over (partition by account_code, product_id, valid_from order by business_date)
    from vat_day
    union all
    select m.business_date, m.account_code, m.product_id, 'the journal has other vat', sum(m.vat)
    from (
        select business_date, account_code, product_id, vat from vat_day
        union all
        select j.business_date, r.debit_account, j.product_id, j.debit - j.credit
        from journal as j
        inner join posting_rule as r on j.event = r.event and j.component = r.component and j.account_code = r.credit_account
        where j.event = 'VAT'
    ) as m
    group by m.business_date, m.account_code, m.product_id
    union all
    -- a date that was posted before VAT was split has none
    select m.business_date, m.account_code, m.product_id, 'income without vat, or vat without income', sum(m.income)
    from (
        select business_date, account_code, product_id, -income as income from vat_day where business_date = :business_date
        union all
        select j.business_date, j.account_code, j.product_id, j.credit - j.debit
        from journal as j
        inner join (select account_code, min(valid_from) as since from vat_rate group by account_code) as v on j.account_code = v.account_code
        left join ledger_entry as e on j.ledger_entry_id = e.entry_id
        where j.business_date = :business_date
            and j.event <> 'VAT'
            and coalesce(e.value_date, j.business_date) >= v.since
            and exists (select 1 from vat_day)
    ) as m
    group by m.business_date, m.account_code, m.product_id
) as t
where t.off_by <> 0;
