-- Expected cash of a date by week from the day after it; week 0 is what is overdue.
-- reads:  report_expected_cash by date
-- writes: nothing
select
    case when kind = 'OVERDUE' then 0 else 1 + floor((datediff(expected_on, business_date) - 1) / 7) end as week_no,
    min(expected_on) as from_date,
    max(expected_on) as to_date,
    sum(principal) as principal,
    sum(interest) as interest,
    sum(fee) as fee,
    sum(total) as total
from report_expected_cash
where business_date = :business_date
group by week_no
order by week_no;
