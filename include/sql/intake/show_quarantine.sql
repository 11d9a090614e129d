-- show_quarantine: one row in quarantine, locked for whoever is about to change it.
-- reads:  quarantine (locks the row), landing_file
-- writes: nothing
-- repeat: safe; it only reads

select
    quarantine.quarantine_id,
    quarantine.dataset,
    quarantine.business_date,
    quarantine.row_no,
    quarantine.state,
    quarantine.source_row,
    quarantine.fixed_row,
    quarantine.reasons,
    quarantine.note,
    quarantine.actor,
    quarantine.reinjected_on,
    (
        select landing_file.file_name
        from landing_file
        where landing_file.landing_file_id = quarantine.landing_file_id
    ) as file_name
from quarantine
where quarantine.quarantine_id = :quarantine_id
for update;
