-- Takes a role back from a user. Writes: desk_right. Repeated, no row is left to change.
update desk_right
set
    revoked_by = :actor,
    revoked_at = now(6)
where user_name = :user_name and role = :role and is_held = 1;
