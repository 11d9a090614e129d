-- current_file: the file that a date works with: the one fetched last.
-- reads:  landing_file
-- writes: nothing
-- repeat: safe; it only reads

select
    landing_file_id,
    file_name,
    sha256,
    uri,
    state,
    rows_total,
    rows_accepted,
    amount_accepted,
    reason,
    record_uri
from landing_file
where dataset = :dataset
    and business_date = :business_date
order by pulled_at desc, landing_file_id desc
limit 1;
