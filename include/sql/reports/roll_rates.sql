-- reports.roll_rates: where did the loans of each ageing bucket go in a month?
-- 迁徙率(逾期档位滚动)
-- The book is compared with that of the same day a month before, or the last dated book before that day; while there is none so old,
-- with the oldest, which on the first date is the book itself. Loans that came since are left out.
-- reads:  loan_day of the date and of the date compared with
-- writes: report_roll_rates
-- repeat: safe; replaces the rows of its date; loan_day of a closed date no longer changes
-- columns of report_roll_rates (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   from_no | number | 0 for not late, then 1 to 7, as in report_ageing | 期初档位序号
--   to_no | number | the same at the close of the date; 8 for paid off, 9 for written off; pairs without a loan have no row | 期末档位序号
--   since | date | date whose dated book is compared with | 比较日
--   from_bucket | days | days past due then | 期初逾期天数
--   to_bucket | days | days past due now, or PAID_OFF, or WRITTEN_OFF | 期末逾期天数
--   loans | count | loans that were in the one bucket and are in the other | 贷款笔数
--   principal_before | CNY | their principal outstanding then | 期初本金余额
--   principal_now | CNY | their principal outstanding now | 期末本金余额
--   loan_share | fraction | loans / loans of from_bucket | 笔数迁徙率
--   principal_share | fraction | principal_before / principal_before of from_bucket | 余额迁徙率

delete from report_roll_rates
where business_date = :business_date;

insert into report_roll_rates (
    business_date, from_no, to_no, since, from_bucket, to_bucket, loans, principal_before, principal_now, loan_share, principal_share
)
with compared as (
    select
        coalesce(
            (
                select max(business_date)
                from loan_day
                where business_date <= cast(:business_date as date) - interval 1 month
            ),
            (
                select min(business_date)
                from loan_day
            )
        ) as since
),

-- first by days, of which there are few, then by bucket
moved as (
    select
        compared.since,
        before_it.days_past_due as days_before,
        case when now_it.state in ('PAID_OFF', 'WRITTEN_OFF') then now_it.state else 'ON_BOOK' end as state_now,
        now_it.days_past_due as days_now,
        count(*) as loans,
        sum(before_it.principal_balance) as principal_before,
        sum(now_it.principal_balance) as principal_now
    from compared
    inner join loan_day as before_it on compared.since = before_it.business_date
    inner join loan_day as now_it on now_it.business_date = :business_date and before_it.loan_id = now_it.loan_id
    where before_it.state not in ('PAID_OFF', 'WRITTEN_OFF')
    group by compared.since, before_it.days_past_due, state_now, now_it.days_past_due
),

by_bucket as (
    select
        since,
        interval(days_before, 1, 31, 61, 91, 181, 271, 361) as from_no,
        case state_now
            when 'PAID_OFF' then 8
            when 'WRITTEN_OFF' then 9
            else interval(days_now, 1, 31, 61, 91, 181, 271, 361)
        end as to_no,
        sum(loans) as loans,
        sum(principal_before) as principal_before,
        sum(principal_now) as principal_now
    from moved
    group by since, from_no, to_no
)

select
    :business_date,
    from_no,
    to_no,
    since,
    elt(from_no + 1, '0', '1-30', '31-60', '61-90', '91-180', '181-270', '271-360', '>360') as from_bucket,
    elt(to_no + 1, '0', '1-30', '31-60', '61-90', '91-180', '181-270', '271-360', '>360', 'PAID_OFF', 'WRITTEN_OFF') as to_bucket,
    loans,
    principal_before,
    principal_now,
    1.00 * loans / sum(loans) over (partition by from_no) as loan_share,
    principal_before / nullif(sum(principal_before) over (partition by from_no), 0) as principal_share
from by_bucket;

select
    sum(loans) as rows_done,
    sum(principal_now) as amount
from report_roll_rates
where business_date = :business_date;
