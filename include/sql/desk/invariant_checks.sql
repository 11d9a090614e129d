-- What the last close attempt of a date found, invariant by invariant.
-- Reads: invariant_check (by its key). Writes: nothing.
select invariant, offending_rows, sample, checked_at
from invariant_check
where business_date = :business_date
order by invariant;
