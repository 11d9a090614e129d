-- How many refused rows there are in each state and data set.
-- Reads: quarantine (its key by state and data set alone). Writes: nothing.
select state, dataset, count(*) as refused
from quarantine
group by state, dataset
order by state, dataset;
