-- refuse_file: record that a fetched file is refused as a whole after its rows were checked.
-- reads:  nothing
-- writes: landing_file
-- repeat: safe; the same file gets the same verdict

update landing_file
set
    state = 'REFUSED',
    reason = :reason,
    record_uri = :record_uri,
    rows_accepted = 0,
    rows_refused = :rows_refused,
    amount_accepted = 0
where landing_file_id = :landing_file_id;
