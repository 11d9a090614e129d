-- reports.vintage: how does each month's lending hold, the older it gets?
-- 放款月份账龄(Vintage)
-- The curve of a vintage is its rows over the dates, for instance the last closed date of each month.
-- reads:  loan_day; report_vintage_late
-- writes: report_vintage, report_vintage_late
-- repeat: safe; replaces the rows of its date. report_vintage_late takes up every date since the last one reported, so that dates may be
--         reported late or out of order; first dates depend on loan_day alone, which no longer changes once its date is closed
-- columns of report_vintage (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   vintage_month | date | first day of the month in which the loans were disbursed | 放款月份
--   months_on_book | months | calendar months from vintage_month to the month of business_date | 账龄月数
--   loans | count | loans of the vintage, paid off and written off included | 贷款笔数
--   disbursed | CNY | disbursed to them; of a loan taken over with the opening book what it owed then | 放款金额
--   balance | CNY | principal outstanding | 本金余额
--   balance_share | fraction | balance / disbursed | 余额占比
--   late_30_balance | CNY | principal outstanding of loans now more than 30 days past due | 逾期30天以上余额
--   ever_30_loans | count | loans that were more than 30 days past due at a close up to the date; before the take-over is not known | 曾逾期30天以上笔数
--   ever_30_share | fraction | ever_30_loans / loans | 曾逾期30天以上占比
--   ever_90_loans | count | the same with more than 90 days | 曾逾期90天以上笔数
--   ever_90_share | fraction | ever_90_loans / loans | 曾逾期90天以上占比
-- columns of report_vintage_late (name | unit | meaning | 中文)
--   business_date | date | first closed date on which the loan was later than over_days | 首次营业日
--   loan_id | id | loan | 贷款
--   over_days | days | 30 or 90: more days past due than this | 天数界限
--   disbursed_on | date | when the loan was disbursed | 放款日

delete from report_vintage
where business_date = :business_date;

delete from report_vintage_late
where
    business_date <= :business_date
    and business_date > (
        select coalesce(max(reported.business_date), '1000-01-01')
        from report_vintage as reported
        where reported.business_date < :business_date
    );

-- `ignore`: a report of another date that runs beside this one may have found the same first dates
insert ignore into report_vintage_late (business_date, loan_id, over_days, disbursed_on)
with threshold as (
    select 30 as over_days
    union all
    select 90
)

select
    min(loan_day.business_date) as business_date,
    loan_day.loan_id,
    threshold.over_days,
    min(loan_day.disbursed_on) as disbursed_on
from loan_day
inner join threshold on loan_day.days_past_due > threshold.over_days
where
    loan_day.business_date <= :business_date
    and loan_day.business_date > (
        select coalesce(max(reported.business_date), '1000-01-01')
        from report_vintage as reported
        where reported.business_date < :business_date
    )
    and not exists (
        select 1
        from report_vintage_late as known
        where
            known.loan_id = loan_day.loan_id
            and known.over_days = threshold.over_days
            and known.business_date < loan_day.business_date
    )
group by loan_day.loan_id, threshold.over_days;

insert into report_vintage (
    business_date, vintage_month, months_on_book, loans, disbursed, balance, balance_share, late_30_balance,
    ever_30_loans, ever_30_share, ever_90_loans, ever_90_share
)
with book as (
    select
        disbursed_on - interval (dayofmonth(disbursed_on) - 1) day as vintage_month,
        count(*) as loans,
        sum(principal_disbursed) as disbursed,
        sum(principal_balance) as balance,
        sum(case when days_past_due > 30 then principal_balance else 0 end) as late_30_balance
    from loan_day
    where business_date = :business_date
    group by vintage_month
),

late as (
    select
        disbursed_on - interval (dayofmonth(disbursed_on) - 1) day as vintage_month,
        sum(over_days = 30) as ever_30,
        sum(over_days = 90) as ever_90
    from report_vintage_late
    where business_date <= :business_date
    group by vintage_month
)

select
    :business_date,
    book.vintage_month,
    period_diff(extract(year_month from :business_date), extract(year_month from book.vintage_month)) as months_on_book,
    book.loans,
    book.disbursed,
    book.balance,
    book.balance / nullif(book.disbursed, 0) as balance_share,
    book.late_30_balance,
    coalesce(late.ever_30, 0) as ever_30_loans,
    1.00 * coalesce(late.ever_30, 0) / book.loans as ever_30_share,
    coalesce(late.ever_90, 0) as ever_90_loans,
    1.00 * coalesce(late.ever_90, 0) / book.loans as ever_90_share
from book
left join late on book.vintage_month = late.vintage_month;

select
    sum(loans) as rows_done,
    sum(disbursed) as amount
from report_vintage
where business_date = :business_date;
