-- seen_before: where a file of this content was taken or refused before.
-- reads:  landing_file
-- writes: nothing
-- repeat: safe; it only reads

select
    business_date,
    state,
    reason,
    rows_total
from landing_file
where dataset = :dataset
    and sha256 = :sha256
order by business_date, landing_file_id;
