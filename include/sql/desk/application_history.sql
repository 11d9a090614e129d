-- How an application moved.
-- Reads: application_history (by application). Writes: nothing.
select
    from_state,
    to_state,
    business_date,
    actor,
    reason,
    changed_at
from application_history
where application_id = :application_id
order by history_id
limit 50;
