-- reports.score_bands: who applies, by points of the score, and whom do we approve?
-- 评分分布与各分段审批率
-- Bands are 20 points wide, in which by the shipped policy the odds of being repaid double. An application counts in the span in which the
-- champion scored it, with the last decision up to the date: one that was referred and approved since is approved.
-- reads:  application_score, application_decision
-- writes: report_score_bands
-- repeat: safe; replaces the rows of its date; scores and decisions of a closed date no longer change
-- columns of report_score_bands (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   span | code | DAY is the date alone; MONTH is from the first of its month to the date | 统计区间
--   band_from | points | first point of the band; bands without an application have no row | 分段下限
--   band | points | from and up to, the upper end left out: 560-580 holds 560 and not 580 | 分段
--   applications | count | applications scored in the span | 申请笔数
--   application_share | fraction | applications / applications of all bands of the span | 占比
--   average_prob_good | fraction | mean probability by the model that the loan is repaid | 平均履约概率
--   approved | count | of them approved by the date | 批准笔数
--   referred | count | of them referred and not decided by the date | 人工复核笔数
--   rejected | count | of them rejected by the date | 拒绝笔数
--   approval_rate | fraction | approved / (approved + rejected) | 批准率

delete from report_score_bands
where business_date = :business_date;

insert into report_score_bands (
    business_date, span, band_from, band, applications, application_share, average_prob_good, approved, referred, rejected, approval_rate
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

scored as (
    select
        application_score.application_id,
        application_score.business_date as scored_on,
        max(application_score.points) as points,
        max(application_score.prob_good) as prob_good,
        max(application_decision.decision_id) as decision_id
    from application_score
    left join application_decision
        on
            application_score.application_id = application_decision.application_id
            and application_decision.business_date <= :business_date
    where
        application_score.role = 'CHAMPION'
        and application_score.business_date between
        cast(:business_date as date) - interval (dayofmonth(:business_date) - 1) day and :business_date
    group by application_score.application_id, application_score.business_date
),

counted as (
    select
        span.name as span,
        20 * floor(scored.points / 20) as band_from,
        count(*) as applications,
        avg(scored.prob_good) as average_prob_good,
        coalesce(sum(application_decision.outcome = 'APPROVED'), 0) as approved,
        coalesce(sum(application_decision.outcome = 'REFERRED'), 0) as referred,
        coalesce(sum(application_decision.outcome = 'REJECTED'), 0) as rejected
    from span
    inner join scored on span.first_date <= scored.scored_on
    left join application_decision on scored.decision_id = application_decision.decision_id
    group by span.name, band_from
)

select
    :business_date,
    span,
    band_from,
    concat(cast(band_from as signed), '-', cast(band_from + 20 as signed)) as band,
    applications,
    1.00 * applications / sum(applications) over (partition by span) as application_share,
    average_prob_good,
    approved,
    referred,
    rejected,
    1.00 * approved / nullif(approved + rejected, 0) as approval_rate
from counted;

select
    sum(applications) as rows_done,
    cast(null as decimal(18, 2)) as amount
from report_score_bands
where business_date = :business_date and span = 'DAY';
