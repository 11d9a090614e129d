-- The steps of a date with their counts, how often each was tried, and how the latest attempt went.
-- Reads: step_run, step_attempt. Writes: nothing.
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
)

select
    n.step,
    n.shard,
    r.state,
    r.rows_done,
    r.amount,
    coalesce(t.attempts, 0) as attempts,
    a.state as last_state,
    a.error,
    timestampdiff(microsecond, a.started_at, a.ended_at) / 1000000 as seconds
from named n
left join step_run r on r.business_date = :business_date and r.step = n.step and r.shard = n.shard
left join tried t on t.step = n.step and t.shard = n.shard
left join step_attempt a on a.attempt_id = t.last_attempt
order by n.step, n.shard;
