-- How a change request moved.
-- Reads: change_request_history (by request). Writes: nothing.
select
    from_state,
    to_state,
    business_date,
    actor,
    reason,
    changed_at
from change_request_history
where change_request_id = :number
order by history_id;
