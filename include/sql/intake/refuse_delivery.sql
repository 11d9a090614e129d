-- refuse_delivery: record a file that is refused on arrival.
-- reads:  nothing
-- writes: landing_file
-- repeat: safe; one row a data set, date and content, with the reason given last

insert into landing_file (dataset, business_date, file_name, sha256, uri, rows_total, state, reason)
values (:dataset, :business_date, :file_name, :sha256, :uri, :rows_total, 'REFUSED', :reason)
on duplicate key update
    file_name = values (file_name),
    uri = values (uri),
    rows_total = values (rows_total),
    state = 'REFUSED',
    reason = values (reason),
    pulled_at = current_timestamp(6);
