-- Debits equal credits, on every date and event.
select business_date, event, sum(debit) as debit, sum(credit) as credit
from journal
group by business_date, event
having sum(debit) <> sum(credit);
