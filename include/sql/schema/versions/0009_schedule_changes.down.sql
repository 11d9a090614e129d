-- Undo what 0009_schedule_changes.sql altered.
alter table loan drop column restructured_times;
alter table loan drop column observed_until;
alter table loan drop column restructured_on;
