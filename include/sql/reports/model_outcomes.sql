-- reports.model_outcomes: do the loans go as the score predicted?
-- 评分预测与实际违约
-- A loan is bad from the first close at which it is more than the policy's days past due, defaulted or written off, within the
-- performance window after its disbursement (include/policy/model_watch.yaml, as for training). Only loans with a scored application.
-- reads:  loan_day; training_application (what was decided and predicted never changes); policy_setting
-- writes: report_model_outcomes; model_loan, model_loan_bad (what was predicted of each loan, when it turned bad)
-- repeat: safe; replaces the rows of its date. What was predicted never changes; model_loan_bad takes up every date since the last one
--         reported and keeps the earliest, so that dates may be reported late or out of order
-- columns of report_model_outcomes (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   model_version | text | version of the score under which the loans were decided | 模型版本
--   cut | code | VINTAGE: by month of disbursement, all loans; MATURED: by points, loans whose window has passed | 分组方式
--   slice | text | the month (2026-03), or from how many points on (540: 540 to less than 560) | 分组
--   loans | count | loans, paid off and written off included | 贷款笔数
--   matured_loans | count | of them whose performance window has passed | 表现期满笔数
--   predicted_bad | fraction | mean of 1 - prob_good over the loans | 预测坏账率
--   observed_bad | fraction | bad so far / loans; of a young vintage it is still low | 实际坏账率
--   observed_to_predicted | fraction | observed_bad / predicted_bad; 1 is as predicted | 实际与预测之比

-- `ignore`: a report of another date that runs beside this one may have taken the same loans
insert ignore into model_loan (loan_id, model_name, model_version, prob_good, points)
select
    loan_id,
    model_name,
    model_version,
    prob_good,
    points
from training_application
where loan_id is not null
  and not exists (
      select 1
      from model_loan as known
      where known.loan_id = training_application.loan_id
  );

insert into model_loan_bad (loan_id, bad_on)
select
    loan_day.loan_id,
    min(loan_day.business_date) as first_bad
from loan_day
inner join model_loan on loan_day.loan_id = model_loan.loan_id
inner join policy_setting as bad_days on bad_days.name = 'score_bad_days_past_due'
inner join policy_setting as months on months.name = 'score_performance_months'
where
    loan_day.business_date <= :business_date
    and (
        loan_day.business_date = :business_date
        or loan_day.business_date > (
            select coalesce(max(reported.business_date), '1000-01-01')
            from report_model_outcomes as reported
            where reported.business_date < :business_date
        )
    )
    and loan_day.business_date <= loan_day.disbursed_on + interval cast(months.value as signed) month
    and (loan_day.days_past_due > cast(bad_days.value as signed) or loan_day.state in ('DEFAULTED', 'WRITTEN_OFF'))
group by loan_day.loan_id
on duplicate key update bad_on = least(bad_on, values (bad_on));

delete from report_model_outcomes
where business_date = :business_date;

insert into report_model_outcomes (
    business_date, model_version, cut, slice, loans, matured_loans, predicted_bad, observed_bad, observed_to_predicted
)
with lent as (
    select
        model_loan.model_version,
        model_loan.points,
        1 - model_loan.prob_good as predicted,
        loan_day.disbursed_on,
        loan_day.disbursed_on + interval cast(months.value as signed) month <= loan_day.business_date as matured,
        model_loan_bad.loan_id is not null as bad
    from loan_day
    inner join model_loan on loan_day.loan_id = model_loan.loan_id
    inner join policy_setting as months on months.name = 'score_performance_months'
    left join model_loan_bad on loan_day.loan_id = model_loan_bad.loan_id and model_loan_bad.bad_on <= :business_date
    where loan_day.business_date = :business_date
),

sliced as (
    select
        model_version,
        'VINTAGE' as cut,
        date_format(disbursed_on, '%Y-%m') as slice,
        predicted,
        matured,
        bad
    from lent
    union all
    select
        model_version,
        'MATURED' as cut,
        cast(cast(floor(points / 20) * 20 as signed) as char) as slice,
        predicted,
        matured,
        bad
    from lent
    where matured = 1
)

select
    :business_date,
    model_version,
    cut,
    slice,
    count(*) as loans,
    sum(matured) as matured_loans,
    avg(predicted) as predicted_bad,
    avg(1e0 * bad) as observed_bad,
    avg(1e0 * bad) / nullif(avg(predicted), 0) as observed_to_predicted
from sliced
group by model_version, cut, slice;

select
    coalesce(sum(loans), 0) as rows_done,
    null as amount
from report_model_outcomes
where business_date = :business_date
  and cut = 'VINTAGE';
