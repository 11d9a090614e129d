-- The current business date; where none is open, the latest.
-- Reads: business_day (by date). Writes: nothing.
select
    business_date,
    state
from business_day
order by business_date desc
limit 1;
