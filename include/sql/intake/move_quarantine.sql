-- move_quarantine: what a person decided about a row.
-- reads:  nothing
-- writes: quarantine
-- repeat: safe; the same decision again changes nothing but its note

update quarantine
set
    state = :state,
    fixed_row = coalesce(:fixed_row, fixed_row),
    note = :note,
    actor = :actor
where quarantine_id = :quarantine_id;
