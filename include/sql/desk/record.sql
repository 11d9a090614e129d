-- Where the latest validation record of a data set and date lies.
-- Reads: landing_file. Writes: nothing.
select record_uri
from landing_file
where dataset = :dataset and business_date = :business_date and record_uri is not null
order by landing_file_id desc
limit 1;
