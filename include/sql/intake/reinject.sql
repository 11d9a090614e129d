-- reinject: a mended row that has come in.
-- reads:  nothing
-- writes: quarantine
-- repeat: safe; the row says which date took it, and no other date takes it again

update quarantine
set
    state = 'REINJECTED',
    reinjected_on = :business_date
where quarantine_id = :quarantine_id;
