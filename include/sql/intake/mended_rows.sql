-- mended_rows: the mended rows that come in with a date: those waiting, and those that this date has taken already.
-- reads:  quarantine (locks what it finds)
-- writes: nothing
-- repeat: safe; it only reads

select
    quarantine_id,
    row_no,
    business_date,
    fixed_row
from quarantine
where dataset = :dataset
    and (state = 'FIXED' or (state = 'REINJECTED' and reinjected_on = :business_date))
for update;
