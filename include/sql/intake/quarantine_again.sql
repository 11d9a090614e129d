-- quarantine_again: a mended row that is still wrong: back to NEW, with what is wrong with it now. What was mended stays for the next try.
-- reads:  nothing
-- writes: quarantine
-- repeat: safe; the same row gets the same reasons

update quarantine
set
    state = 'NEW',
    reasons = :reasons,
    reinjected_on = null
where quarantine_id = :quarantine_id;
