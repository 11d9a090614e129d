-- Who holds which role, and who gave it.
-- Reads: desk_right. Writes: nothing.
select user_name, role, granted_by, granted_at
from desk_right
where is_held = 1
order by user_name, role;
