-- One page of the files that came, latest date first.
-- Reads: landing_file (by data set and date). Writes: nothing.
select
    landing_file_id,
    dataset,
    business_date,
    file_name,
    sha256,
    state,
    rows_total,
    rows_accepted,
    rows_refused,
    amount_accepted,
    record_uri is not null as has_record,
    reason,
    pulled_at
from landing_file
where (:dataset is null or dataset = :dataset) and business_date between :first_date and :last_date
order by business_date desc, landing_file_id desc
limit :size offset :offset;
