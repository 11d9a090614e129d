-- The steps of a date with their counts, how often each was tried, how the latest attempt went, and how long it took on earlier dates.
-- A median is over the earlier dates from :since on: of each the longest attempt that was done, for a step that is run again takes no time.
-- Reads: step_run, step_attempt (by their keys, of the date and of the dates from :since on). Writes: nothing.
with tried as (
    select step, shard, count(*) as attempts, max(attempt_id) as last_attempt
    from step_attempt
    where business_date = :business_date
    group by step, shard
),

-- an attempt that fails before its step is listed has no row in step_run
named as (
    select step, shard from step_run where business_date = :business_date
    union distinct
    select step, shard from tried
),

worked as (
    select a.business_date, a.step, a.shard, max(timestampdiff(microsecond, a.started_at, a.ended_at)) / 1000000 as seconds
    from step_run r
    join step_attempt a on a.business_date = r.business_date and a.step = r.step and a.shard = r.shard
    where r.business_date >= :since and r.business_date < :business_date and a.state = 'DONE'
    group by a.business_date, a.step, a.shard
),

ranked as (
    select
        step,
        shard,
        seconds,
        row_number() over (partition by step, shard order by seconds) as nth,
        count(*) over (partition by step, shard) as dates
    from worked
),

usual as (
    select step, shard, avg(seconds) as seconds, max(dates) as dates
    from ranked
    where nth in (floor((dates + 1) / 2), ceiling((dates + 1) / 2))
    group by step, shard
)

select
    n.step,
    n.shard,
    r.state,
    r.rows_done,
    r.amount,
    r.run_id,
    coalesce(t.attempts, 0) as attempts,
    a.state as last_state,
    a.error,
    a.run_id as last_run_id,
    timestampdiff(microsecond, a.started_at, a.ended_at) / 1000000 as seconds,
    u.seconds as usual_seconds
from named n
left join step_run r on r.business_date = :business_date and r.step = n.step and r.shard = n.shard
left join tried t on t.step = n.step and t.shard = n.shard
left join step_attempt a on a.attempt_id = t.last_attempt
left join usual u on u.step = n.step and u.shard = n.shard
order by n.step, n.shard;
