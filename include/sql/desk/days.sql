-- The latest business days and how far each has come.
-- Reads: business_day, step_run, step_attempt. Writes: nothing.
with latest as (
    select business_date, state, opened_at, cut_off_at, closed_at
    from business_day
    order by business_date desc
    limit :latest
),

steps as (
    select
        r.business_date,
        count(*) as listed,
        sum(case when r.state = 'DONE' then 1 else 0 end) as done
    from step_run r
    join latest l on l.business_date = r.business_date
    group by r.business_date
),

-- a step whose latest attempt failed and that is not done since
failing as (
    select r.business_date, count(*) as failed
    from step_run r
    join latest l on l.business_date = r.business_date
    join step_attempt a on
        a.attempt_id = (
            select max(b.attempt_id)
            from step_attempt b
            where b.business_date = r.business_date and b.step = r.step and b.shard = r.shard
        )
    where r.state <> 'DONE' and a.state = 'FAILED'
    group by r.business_date
)

select
    l.business_date,
    l.state,
    l.opened_at,
    l.cut_off_at,
    l.closed_at,
    coalesce(s.listed, 0) as listed,
    coalesce(s.done, 0) as done,
    coalesce(f.failed, 0) as failed
from latest l
left join steps s on s.business_date = l.business_date
left join failing f on f.business_date = l.business_date
order by l.business_date desc;
