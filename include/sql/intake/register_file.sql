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

insert into landing_file (dataset, business_date, file_name, sha256, uri, rows_total)
values (:dataset, :business_date, :file_name, :sha256, :uri, :rows_total)
on duplicate key update
    file_name = values(file_name),
    uri = values(uri),
    rows_total = values(rows_total),
    state = 'PULLED',
    reason = null,
    record_uri = null,
    rows_accepted = null,
    rows_refused = null,
    amount_accepted = null,
    pulled_at = current_timestamp(6);
