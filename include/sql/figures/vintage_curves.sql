-- The curve of each month's lending: its row on the last reported date of every month on book.
-- reads:  report_collections (which dates there are), report_vintage by date
-- writes: nothing
with month_end as (
    select max(business_date) as business_date
    from report_collections
    where business_date between :first_date and :last_date
    group by extract(year_month from business_date)
)

select
    report_vintage.vintage_month,
    report_vintage.months_on_book,
    report_vintage.balance_share,
    report_vintage.ever_30_share,
    report_vintage.ever_90_share
from month_end
inner join report_vintage on month_end.business_date = report_vintage.business_date
where report_vintage.vintage_month >= :first_vintage
order by report_vintage.vintage_month, report_vintage.months_on_book;
