-- reports.ageing: how late is the book?
-- 贷款账龄(逾期天数分布)
-- reads:  loan_day
-- writes: report_ageing
-- repeat: safe; replaces the rows of its date; loan_day of a closed date no longer changes
-- columns of report_ageing (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   bucket_no | number | 0 for not late, then 1 to 7; every bucket has a row, empty or not | 账龄序号
--   bucket | days | days past due from the rolled due date, without any grace; written-off and paid-off loans are left out | 逾期天数
--   loans | count | loans in the bucket | 贷款笔数
--   principal | CNY | their whole principal outstanding, not only what is late | 本金余额
--   arrears | CNY | what of them is past due and unpaid | 逾期金额
--   loan_share | fraction | loans / loans of all buckets | 笔数占比
--   principal_share | fraction | principal / principal of all buckets | 余额占比
--   arrears_share | fraction | arrears / arrears of all buckets | 逾期金额占比

delete from report_ageing
where business_date = :business_date;

insert into report_ageing (business_date, bucket_no, bucket, loans, principal, arrears, loan_share, principal_share, arrears_share)
with recursive bucket as (
    select 0 as bucket_no
    union all
    select bucket_no + 1
    from bucket
    where bucket_no < 7
),

filled as (
    select
        case
            when days_past_due <= 0 then 0
            when days_past_due <= 30 then 1
            when days_past_due <= 60 then 2
            when days_past_due <= 90 then 3
            when days_past_due <= 180 then 4
            when days_past_due <= 270 then 5
            when days_past_due <= 360 then 6
            else 7
        end as bucket_no,
        count(*) as loans,
        sum(principal_balance) as principal,
        sum(arrears) as arrears
    from loan_day
    where business_date = :business_date and state not in ('PAID_OFF', 'WRITTEN_OFF')
    group by bucket_no
),

complete as (
    select
        bucket.bucket_no,
        elt(bucket.bucket_no + 1, '0', '1-30', '31-60', '61-90', '91-180', '181-270', '271-360', '>360') as name,
        coalesce(filled.loans, 0) as loans,
        coalesce(filled.principal, 0.00) as principal,
        coalesce(filled.arrears, 0.00) as arrears
    from bucket
    left join filled on bucket.bucket_no = filled.bucket_no
)

select
    :business_date,
    bucket_no,
    name,
    loans,
    principal,
    arrears,
    1.00 * loans / nullif(sum(loans) over (), 0) as loan_share,
    principal / nullif(sum(principal) over (), 0) as principal_share,
    arrears / nullif(sum(arrears) over (), 0) as arrears_share
from complete;

select
    sum(loans) as rows_done,
    sum(arrears) as amount
from report_ageing
where business_date = :business_date;
