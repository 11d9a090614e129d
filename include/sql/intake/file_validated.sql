-- file_validated: the rows of a file are judged.
-- reads:  nothing
-- writes: landing_file
-- repeat: safe; the same file gets the same counts. They include mended rows that came in with it

update landing_file
set
    state = 'VALIDATED',
    reason = null,
    rows_accepted = :rows_accepted,
    rows_refused = :rows_refused,
    amount_accepted = :amount_accepted,
    record_uri = :record_uri
where landing_file_id = :landing_file_id;
