-- The first business day, the last one, and the one that is open or being closed.
-- Reads: business_day (its keys). Writes: nothing.
select
    min(business_date) as first_day,
    max(business_date) as last_day,
    max(case when is_current = 1 then business_date end) as open_day,
    max(case when is_current = 1 then state end) as open_state
from business_day;
