-- Business days between two dates and how far each has come, for the calendar.
-- Reads: business_day, step_run, step_attempt (ranges of their keys). Writes: nothing.
with steps as (
    select
        business_date,
        count(*) as listed,
        sum(case when state = 'DONE' then 1 else 0 end) as done
    from step_run
    where business_date between :first_date and :last_date
    group by business_date
),

-- a step whose latest attempt failed and that is not done since
latest as (
    select business_date, step, shard, max(attempt_id) as attempt_id
    from step_attempt
    where business_date between :first_date and :last_date
    group by business_date, step, shard
),

failing as (
    select l.business_date, count(*) as failed
    from latest l
    join step_attempt a on a.attempt_id = l.attempt_id
    left join step_run r on r.business_date = l.business_date and r.step = l.step and r.shard = l.shard
    where a.state in ('FAILED', 'LOST') and coalesce(r.state, 'PENDING') <> 'DONE'
    group by l.business_date
)

select
    d.business_date,
    d.state,
    d.opened_at,
    d.cut_off_at,
    d.closed_at,
    coalesce(s.listed, 0) as listed,
    coalesce(s.done, 0) as done,
    coalesce(f.failed, 0) as failed
from business_day d
left join steps s on s.business_date = d.business_date
left join failing f on f.business_date = d.business_date
where d.business_date between :first_date and :last_date
order by d.business_date;
