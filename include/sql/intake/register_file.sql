-- register_file: make a fetched file the one that its date works with.
-- reads:  nothing
-- writes: landing_file
-- repeat: safe; one row a data set, date and content; whatever else was fetched for the date and not loaded gives way

update landing_file
set
    state = 'REFUSED',
    reason = concat('replaced by a file with SHA-256 ', :sha256)
where dataset = :dataset
    and business_date = :business_date
    and sha256 <> :sha256
    and state in ('PULLED', 'VALIDATED');

insert into landing_file
    (dataset, business_date, file_name, sha256, uri, rows_total, state, reason, record_uri, rows_accepted, rows_refused, amount_accepted)
values
    (:dataset, :business_date, :file_name, :sha256, :uri, :rows_total, 'PULLED', null, null, null, null, null)
on duplicate key update
    file_name = values (file_name),
    uri = values (uri),
    rows_total = values (rows_total),
    state = values (state),
    reason = values (reason),
    record_uri = values (record_uri),
    rows_accepted = values (rows_accepted),
    rows_refused = values (rows_refused),
    amount_accepted = values (amount_accepted),
    pulled_at = current_timestamp(6);
