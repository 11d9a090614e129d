-- close.export_journal: the journal lines of a date with the names of accounts, product and loan, in an order that does not depend on
-- ids: the same date gives the same lines.
-- reads:  journal, chart_of_accounts, loan_product, loan, ledger_entry
-- writes: nothing
-- repeat: safe; it only reads
select
    j.business_date,
    j.event,
    j.component,
    j.account_code,
    a.name_zh as account_zh,
    a.name_en as account_en,
    j.debit,
    j.credit,
    p.product_code,
    l.loan_no,
    e.instalment_no,
    e.value_date
from journal as j
inner join chart_of_accounts as a on j.account_code = a.account_code
left join loan_product as p on j.product_id = p.product_id
left join loan as l on j.loan_id = l.loan_id
left join ledger_entry as e on j.ledger_entry_id = e.entry_id
where j.business_date = :business_date
order by
    j.event asc, j.component asc, p.product_code asc, p.version asc, l.loan_no asc, e.value_date asc, e.instalment_no asc,
    abs(j.debit + j.credit) asc, j.debit desc, j.account_code asc;
