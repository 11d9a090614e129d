-- The journal lines of a loan up to a date, the latest first, one page of them.
-- Reads: journal (by loan), chart_of_accounts (by key). Writes: nothing.
select
    j.journal_id,
    j.business_date,
    j.event,
    j.component,
    j.account_code,
    j.debit,
    j.credit,
    a.name_en,
    a.name_zh
from journal as j
inner join chart_of_accounts as a on j.account_code = a.account_code
where j.loan_id = :loan_id and j.business_date <= :as_of
order by j.journal_id desc
limit :rows offset :offset;
