-- Gives a user a role. Writes: desk_right. Repeated, the unique key refuses it.
insert into desk_right (user_name, role, granted_by)
values (:user_name, :role, :actor);
