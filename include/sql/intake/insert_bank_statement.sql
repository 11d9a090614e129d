-- insert_bank_statement: the balances and the lines of a statement, and mended lines of earlier ones.
-- reads:  staged_statement (temporary)
-- writes: bank_statement, bank_line
-- repeat: safe; one statement a date and one line a number (unique keys), and lines that are known carry a verdict

insert into bank_statement (business_date, landing_file_id, opening, closing)
select
    :business_date,
    :landing_file_id,
    sum(if(kind = 'OPENING', amount, 0)),
    sum(if(kind = 'CLOSING', amount, 0))
from staged_statement
where quarantine_id is null;

insert into bank_line (statement_date, line_no, kind, value_date, amount, reference, counterparty_cipher, business_date)
select
    booking_date,
    line_no,
    kind,
    value_date,
    amount,
    reference,
    counterparty_cipher,
    :business_date
from staged_statement
where kind not in ('OPENING', 'CLOSING')
    and verdict is null
order by position;
