-- The latest rights that were given or taken back.
-- Reads: desk_right. Writes: nothing.
select user_name, role, granted_by, granted_at, revoked_by, revoked_at
from desk_right
order by right_id desc
limit 50;
