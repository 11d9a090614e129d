-- reports.approval_funnel: what became of the applications, on the date and in its month so far?
-- 审批漏斗:当日及当月累计
-- An application counts in the span in which it reached the stage, so a stage's applications need not be those received in the same span.
-- Turnaround counts business dates, never the clock: it is the same whenever the day is run or run again.
-- reads:  application_history; application (columns that never change); application_decision; calendar_day
-- writes: report_approval_funnel
-- repeat: safe; replaces the rows of its date; histories and decisions of a closed date no longer change
-- columns of report_approval_funnel (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   span | code | DAY is the date alone; MONTH is from the first of its month to the date | 统计区间
--   stage_no | number | order of the stages, 1 to 9; every stage has a row, empty or not | 阶段序号
--   stage | code | RECEIVED, SCORED, APPROVED, REFERRED, REJECTED, EXPIRED, WITHDRAWN, CANCELLED (payout given up), DISBURSED | 阶段
--   applications | count | applications that reached the stage in the span, each once | 申请笔数
--   amount_asked | CNY | sum of the amounts they asked for | 申请金额
--   amount_granted | CNY | sum of the amounts offered to them; at the stages APPROVED, EXPIRED, CANCELLED and DISBURSED, else null | 批准金额
--   share_of_received | fraction | applications / applications received in the span | 占受理笔数
--   share_of_decided | fraction | applications / (approved + rejected) in the span; of APPROVED this is the approval rate; else null | 占审结笔数
--   average_days | days | mean calendar days from the date it came in to the date it reached the stage | 平均历时(自然日)
--   average_business_days | days | the same in business days of the calendar | 平均历时(工作日)

delete from report_approval_funnel
where business_date = :business_date;

insert into report_approval_funnel (
    business_date, span, stage_no, stage, applications, amount_asked, amount_granted, share_of_received, share_of_decided,
    average_days, average_business_days
)
with recursive stage_number as (
    select 1 as stage_no
    union all
    select stage_no + 1
    from stage_number
    where stage_no < 9
),

stage as (
    select
        stage_no,
        elt(
            stage_no, 'RECEIVED', 'SCORED', 'APPROVED', 'REFERRED', 'REJECTED', 'EXPIRED', 'WITHDRAWN', 'CANCELLED', 'DISBURSED'
        ) as name,
        elt(
            stage_no, 'NEW', 'UNDER_REVIEW', 'APPROVED', 'REFERRED', 'REJECTED', 'EXPIRED', 'WITHDRAWN', 'CANCELLED', 'DISBURSED'
        ) as state
    from stage_number
),

span as (
    select
        'DAY' as name,
        cast(:business_date as date) as first_date
    union all
    select
        'MONTH' as name,
        cast(:business_date as date) - interval (dayofmonth(:business_date) - 1) day as first_date
),

reached as (
    select
        application_history.application_id,
        stage.stage_no,
        min(application_history.business_date) as reached_on
    from application_history
    inner join stage on application_history.to_state = stage.state
    where
        application_history.business_date between
        cast(:business_date as date) - interval (dayofmonth(:business_date) - 1) day and :business_date
    group by application_history.application_id, stage.stage_no
),

-- the offer that stands by the date, at the stages that have one
offered as (
    select
        reached.application_id,
        reached.stage_no,
        reached.reached_on,
        max(application_decision.decision_id) as decision_id
    from reached
    left join application_decision
        on
            reached.application_id = application_decision.application_id
            and reached.stage_no in (3, 6, 8, 9)
            and application_decision.outcome = 'APPROVED'
            and application_decision.business_date <= :business_date
    group by reached.application_id, reached.stage_no, reached.reached_on
),

by_dates as (
    select
        offered.stage_no,
        offered.reached_on,
        application.business_date as received_on,
        count(*) as applications,
        sum(application.amount) as amount,
        sum(application_decision.offer_amount) as granted
    from offered
    inner join application on offered.application_id = application.application_id
    left join application_decision on offered.decision_id = application_decision.decision_id
    group by offered.stage_no, offered.reached_on, application.business_date
),

-- number of business days up to and including each date: the difference of two is the business days between them
calendar as (
    select
        calendar_date,
        sum(is_business_day) over (order by calendar_date) as business_days
    from calendar_day
),

lasted as (
    select
        by_dates.*,
        by_dates.applications * datediff(by_dates.reached_on, by_dates.received_on) as days,
        by_dates.applications * (until_reached.business_days - until_received.business_days) as business_days
    from by_dates
    left join calendar as until_reached on by_dates.reached_on = until_reached.calendar_date
    left join calendar as until_received on by_dates.received_on = until_received.calendar_date
),

counted as (
    select
        span.name as span,
        stage.stage_no,
        stage.name as stage,
        coalesce(sum(lasted.applications), 0) as applications,
        coalesce(sum(lasted.amount), 0) as amount_asked,
        case when stage.stage_no in (3, 6, 8, 9) then coalesce(sum(lasted.granted), 0) end as amount_granted,
        sum(lasted.days) / sum(lasted.applications) as average_days,
        sum(lasted.business_days) / sum(lasted.applications) as average_business_days
    from span
    cross join stage
    left join lasted on stage.stage_no = lasted.stage_no and span.first_date <= lasted.reached_on
    group by span.name, stage.stage_no, stage.name
)

select
    :business_date,
    span,
    stage_no,
    stage,
    applications,
    amount_asked,
    amount_granted,
    1.00 * applications / nullif(sum(case when stage = 'RECEIVED' then applications else 0 end) over (partition by span), 0) as share_of_received,
    case
        when stage in ('APPROVED', 'REJECTED')
            then 1.00 * applications / nullif(sum(case when stage in ('APPROVED', 'REJECTED') then applications else 0 end) over (partition by span), 0)
    end as share_of_decided,
    average_days,
    average_business_days
from counted;

select
    sum(applications) as rows_done,
    sum(case when stage = 'DISBURSED' then amount_granted end) as amount
from report_approval_funnel
where business_date = :business_date and span = 'DAY';
