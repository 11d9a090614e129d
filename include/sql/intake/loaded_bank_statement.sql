-- loaded_bank_statement: what the staged rows without a verdict have become, balances and lines.
-- reads:  staged_statement (temporary), bank_statement, bank_line
-- writes: nothing
-- repeat: safe; it only reads

select
    count(coalesce(line.bank_line_id, balance.landing_file_id)) as rows_loaded,
    coalesce(sum(coalesce(line.amount, if(staged.kind = 'OPENING', balance.opening, balance.closing))), 0) as amount
from staged_statement as staged
left join bank_line as line
    on staged.booking_date = line.statement_date
    and staged.line_no = line.line_no
    and staged.kind not in ('OPENING', 'CLOSING')
left join bank_statement as balance
    on staged.booking_date = balance.business_date
    and staged.kind in ('OPENING', 'CLOSING')
where staged.verdict is null;
