-- How many change requests wait for a second person, for the day's step, or could not be put into effect.
-- Reads: change_request (by state). Writes: nothing.
select
    state,
    count(*) as requests
from change_request
where state in ('REQUESTED', 'APPROVED', 'FAILED')
group by state;
