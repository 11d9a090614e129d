-- file_loaded: close the account of a file. Accepted is what it brought in; rows known before count on neither side.
-- reads:  nothing
-- writes: landing_file
-- repeat: safe; a step loads its file once

update landing_file
set
    state = 'LOADED',
    rows_accepted = :rows_accepted,
    rows_refused = rows_refused + :rows_refused,
    amount_accepted = :amount_accepted
where landing_file_id = :landing_file_id;
