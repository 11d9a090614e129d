-- reports.model_health: does the score still fit the applicants, and do its decisions and loans stay within the limits?
-- 评分模型监控
-- PSI = sum over the bins of the reference of (share now - share then) x ln(share now / share then); a share of nothing counts as 0.0001.
-- The reference is the applicants of the version's training time, or the file that it was trained on. Below 0.10 little has changed,
-- above 0.25 the model meets another population.
-- reads:  score_bin_day, score_reference, score_limit, application_decision, report_model_outcomes, policy_setting
-- writes: report_model_health
-- repeat: safe; replaces the rows of its date; scores and decisions of a closed date no longer change. Limits are those of today's policy
-- columns of report_model_health (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   span | code | DAY is the date alone; MONTH is from the first of its month to the date | 统计区间
--   model_version | text | version of the score; * where it is about all decisions | 模型版本
--   measure | code | SCORE_PSI, FEATURE_PSI, CACHE_SHARE, APPROVAL_RATE, OVERRIDE_RATE, CALIBRATION | 指标
--   subject | text | the feature; of OVERRIDE_RATE whether people approved below the bands or refused above them; else all | 对象
--   role | code | CHAMPION or CHALLENGER (scored in shadow: shown, raises nothing) | 角色
--   counted | count | applications or loans behind the figure | 样本数
--   figure | number | the PSI; the share made from the cached champion; approved / (approved + rejected); a person's decisions against the score's band / all decided; observed / predicted bad rate of loans whose window has passed | 指标值
--   limit_low | number | below it is a breach | 下限
--   limit_high | number | above it is a breach | 上限
--   breached | flag | 1 outside the limits, 0 within, null where there is no limit or too little to judge | 是否超限
--   new_breach | flag | 1 where it breached and did not on the closed date reported before: it raises the alert | 是否新超限

delete from report_model_health
where business_date = :business_date;

insert into report_model_health (
    business_date, span, model_version, measure, subject, role, counted, figure, limit_low, limit_high, breached, new_breach
)
with span as (
    select
        'DAY' as name,
        cast(:business_date as date) as first_date
    union all
    select
        'MONTH' as name,
        cast(:business_date as date) - interval (dayofmonth(:business_date) - 1) day as first_date
),

met as (
    select
        span.name as span,
        score_bin_day.model_name,
        score_bin_day.model_version,
        score_bin_day.feature,
        score_bin_day.bin_no,
        max(score_bin_day.role) as role,
        sum(score_bin_day.applications) as applications
    from score_bin_day
    inner join span on score_bin_day.business_date between span.first_date and :business_date
    group by span.name, score_bin_day.model_name, score_bin_day.model_version, score_bin_day.feature, score_bin_day.bin_no
),

met_in_all as (
    select
        span,
        model_name,
        model_version,
        feature,
        max(role) as role,
        sum(applications) as applications
    from met
    group by span, model_name, model_version, feature
),

compared as (
    select
        met_in_all.span,
        met_in_all.model_version,
        met_in_all.feature,
        met_in_all.role,
        met_in_all.applications,
        greatest(1e0 * coalesce(met.applications, 0) / met_in_all.applications, 0.0001) as share_now,
        greatest(score_reference.share, 0.0001) as share_in_training
    from met_in_all
    inner join score_reference
        on
            met_in_all.model_name = score_reference.model_name
            and met_in_all.model_version = score_reference.model_version
            and met_in_all.feature = score_reference.feature
    left join met
        on
            met_in_all.span = met.span
            and met_in_all.model_name = met.model_name
            and met_in_all.model_version = met.model_version
            and met_in_all.feature = met.feature
            and score_reference.bin_no = met.bin_no
),

drift as (
    select
        span,
        model_version,
        case when feature = 'points' then 'SCORE_PSI' else 'FEATURE_PSI' end as measure,
        feature as subject,
        max(role) as role,
        max(applications) as counted,
        sum((share_now - share_in_training) * ln(share_now / share_in_training)) as figure
    from compared
    group by span, model_version, feature
),

-- not from application_score: a month of its wide rows is long to read
cached as (
    select
        span,
        model_version,
        'CACHE_SHARE' as measure,
        'all' as subject,
        'CHAMPION' as role,
        sum(applications) as counted,
        1e0 * sum(applications * bin_no) / sum(applications) as figure
    from met
    where feature = 'model_source'
      and role = 'CHAMPION'
    group by span, model_version
),

decided as (
    select
        span.name as span,
        application_decision.outcome,
        application_decision.points,
        application_decision.decided_by not like 'step:%' as by_person
    from application_decision
    inner join span on application_decision.business_date between span.first_date and :business_date
    where application_decision.outcome in ('APPROVED', 'REJECTED')
),

rates as (
    select
        span,
        '*' as model_version,
        'APPROVAL_RATE' as measure,
        'all' as subject,
        'CHAMPION' as role,
        count(*) as counted,
        avg(outcome = 'APPROVED') as figure
    from decided
    group by span
    union all
    select
        decided.span,
        '*' as model_version,
        'OVERRIDE_RATE' as measure,
        'approved below' as subject,
        'CHAMPION' as role,
        count(*) as counted,
        avg(coalesce(decided.by_person = 1 and decided.outcome = 'APPROVED' and decided.points < cast(refers.value as decimal(10, 4)), 0))
            as figure
    from decided
    inner join policy_setting as refers on refers.name = 'score_refers_from'
    group by decided.span
    union all
    select
        decided.span,
        '*' as model_version,
        'OVERRIDE_RATE' as measure,
        'refused above' as subject,
        'CHAMPION' as role,
        count(*) as counted,
        avg(coalesce(decided.by_person = 1 and decided.outcome = 'REJECTED' and decided.points >= cast(approves.value as decimal(10, 4)), 0))
            as figure
    from decided
    inner join policy_setting as approves on approves.name = 'score_approves_from'
    group by decided.span
),

matured as (
    select
        'DAY' as span,
        model_version,
        'CALIBRATION' as measure,
        'all' as subject,
        'CHAMPION' as role,
        sum(matured_loans) as counted,
        1e0 * sum(observed_bad * loans) / nullif(sum(predicted_bad * loans), 0) as figure
    from report_model_outcomes
    where business_date = :business_date
      and cut = 'MATURED'
    group by model_version
),

measured as (
    select * from drift
    union all
    select * from cached
    union all
    select * from rates
    union all
    select * from matured
),

judged as (
    select
        measured.*,
        score_limit.limit_low,
        score_limit.limit_high,
        case
            when measured.counted < score_limit.min_count or (score_limit.limit_low is null and score_limit.limit_high is null) then null
            else coalesce(measured.figure < score_limit.limit_low, 0) or coalesce(measured.figure > score_limit.limit_high, 0)
        end as breached
    from measured
    left join score_limit on measured.measure = score_limit.measure
)

select
    :business_date,
    judged.span,
    judged.model_version,
    judged.measure,
    judged.subject,
    judged.role,
    judged.counted,
    judged.figure,
    judged.limit_low,
    judged.limit_high,
    judged.breached,
    coalesce(judged.breached, 0) = 1 and not exists (
        select 1
        from report_model_health as before_it
        where before_it.business_date = (
            select max(reported.business_date)
            from report_model_health as reported
            where reported.business_date < :business_date
        )
        and before_it.span = judged.span
        and before_it.model_version = judged.model_version
        and before_it.measure = judged.measure
        and before_it.subject = judged.subject
        and before_it.breached = 1
    ) as new_breach
from judged;

select
    count(*) as rows_done,
    null as amount,
    coalesce(sum(breached), 0) as breached,
    coalesce(sum(new_breach), 0) as new_breaches
from report_model_health
where business_date = :business_date;
