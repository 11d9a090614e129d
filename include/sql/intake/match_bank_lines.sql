-- match_bank_lines: mended rows keep the amount that their statement added up with; lines that are known already.
-- reads:  quarantine, bank_line
-- writes: staged_statement (temporary)
-- repeat: safe; it gives the same answer until something is loaded

update staged_statement as staged
inner join quarantine on staged.quarantine_id = quarantine.quarantine_id
set staged.verdict = case
    when staged.kind in ('OPENING', 'CLOSING') then 'NO_LINE'
    when not (json_unquote(json_extract(quarantine.source_row, '$.amount')) regexp '^-?[0-9]+([.][0-9]{1,2})?$') then 'OTHER_LINE_AMOUNT'
    when cast(json_unquote(json_extract(quarantine.source_row, '$.amount')) as decimal(18, 2)) <> staged.amount then 'OTHER_LINE_AMOUNT'
end;

update staged_statement as staged
inner join bank_line as known
    on staged.booking_date = known.statement_date
    and staged.line_no = known.line_no
set staged.verdict = if(
    staged.kind = known.kind
    and staged.value_date = known.value_date
    and staged.amount = known.amount
    and staged.reference = known.reference,
    'KNOWN',
    'DIFFERENT'
);
