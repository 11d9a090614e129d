-- reports.classification: how good is the book, what is set aside for it, and how did that change since the date before?
-- 五级分类与减值准备
-- The date before is the last one that has a dated book; on the very first date everything is movement.
-- reads:  loan_day of the date and of the date before
-- writes: report_classification
-- repeat: safe; replaces the rows of its date; loan_day of a closed date no longer changes
-- columns of report_classification (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   class_code | code | 1 normal, 2 special mention, 3 substandard, 4 doubtful, 5 loss; written-off and paid-off loans are left out | 五级分类
--   stage | code | IFRS 9 stage: 1, 2 (risk has risen) or 3 (in default) | 减值阶段
--   loans | count | loans of this class and stage; 0 where there were some only on the date before | 贷款笔数
--   exposure | CNY | what would be lost if none of them paid another cent | 风险敞口
--   coverage | fraction | provision / exposure | 拨备率
--   provision | CNY | allowance held against them | 减值准备
--   loans_movement | count | loans less loans of the date before | 笔数变动
--   exposure_movement | CNY | exposure less exposure of the date before | 敞口变动
--   provision_movement | CNY | provision less provision of the date before | 准备变动

delete from report_classification
where business_date = :business_date;

insert into report_classification (
    business_date, class_code, stage, loans, exposure, coverage, provision, loans_movement, exposure_movement, provision_movement
)
with counted as (
    select
        class_code,
        stage,
        count(*) as loans,
        sum(exposure) as exposure,
        sum(provision) as provision,
        count(*) as loans_movement,
        sum(exposure) as exposure_movement,
        sum(provision) as provision_movement
    from loan_day
    where business_date = :business_date and state not in ('PAID_OFF', 'WRITTEN_OFF')
    group by class_code, stage
    union all
    select
        class_code,
        stage,
        0 as loans,
        0 as exposure,
        0 as provision,
        -count(*) as loans_movement,
        -sum(exposure) as exposure_movement,
        -sum(provision) as provision_movement
    from loan_day
    where
        business_date = (
            select max(before_it.business_date)
            from loan_day as before_it
            where before_it.business_date < :business_date
        )
        and state not in ('PAID_OFF', 'WRITTEN_OFF')
    group by class_code, stage
)

select
    :business_date,
    class_code,
    stage,
    sum(loans) as loans,
    sum(exposure) as exposure,
    sum(provision) / nullif(sum(exposure), 0) as coverage,
    sum(provision) as provision,
    sum(loans_movement) as loans_movement,
    sum(exposure_movement) as exposure_movement,
    sum(provision_movement) as provision_movement
from counted
group by class_code, stage;

select
    sum(loans) as rows_done,
    sum(provision) as amount
from report_classification
where business_date = :business_date;
