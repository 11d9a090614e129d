-- The roles that a user holds.
-- Reads: desk_right (by user). Writes: nothing.
select role
from desk_right
where user_name = :user_name and is_held = 1;
