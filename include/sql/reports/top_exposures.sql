-- reports.top_exposures: whom would it hurt most to lose?
-- 前20大客户敞口
-- The 20 customers with the largest exposure over all their loans; paid-off and written-off loans are left out.
-- reads:  loan_day
-- writes: report_top_exposures
-- repeat: safe; replaces the rows of its date; loan_day of a closed date no longer changes
-- columns of report_top_exposures (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   rank_no | number | 1 for the largest exposure, to 20 | 排名
--   customer_no | id | customer | 客户编号
--   region | text | of the customer at the close; null where it was not given | 地区
--   industry | text | of the customer at the close; null where it was not given | 行业
--   loans | count | loans of the customer on the book | 贷款笔数
--   principal | CNY | their principal outstanding | 本金余额
--   exposure | CNY | what would be lost if the customer did not pay another cent | 风险敞口
--   exposure_share | fraction | exposure / exposure of the whole book | 敞口占比
--   arrears | CNY | everything past due and unpaid | 逾期金额
--   days_past_due | days | of the loan that is latest | 最大逾期天数
--   class_code | code | worst class of the loans, 1 (normal) to 5 (loss) | 最差五级分类

delete from report_top_exposures
where business_date = :business_date;

insert into report_top_exposures (
    business_date, rank_no, customer_no, region, industry, loans, principal, exposure, exposure_share, arrears, days_past_due, class_code
)
with owed as (
    select
        customer_no,
        max(region) as region,
        max(industry) as industry,
        count(*) as loans,
        sum(principal_balance) as principal,
        sum(exposure) as exposure,
        sum(arrears) as arrears,
        max(days_past_due) as days_past_due,
        max(class_code) as class_code
    from loan_day
    where business_date = :business_date and state not in ('PAID_OFF', 'WRITTEN_OFF')
    group by customer_no
),

ranked as (
    select
        owed.*,
        exposure / nullif(sum(exposure) over (), 0) as exposure_share,
        row_number() over (order by exposure desc, customer_no asc) as rank_no
    from owed
)

select
    :business_date,
    rank_no,
    customer_no,
    region,
    industry,
    loans,
    principal,
    exposure,
    exposure_share,
    arrears,
    days_past_due,
    class_code
from ranked
where rank_no <= 20;

select
    count(*) as rows_done,
    sum(exposure) as amount
from report_top_exposures
where business_date = :business_date;
