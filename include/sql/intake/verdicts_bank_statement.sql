-- verdicts_bank_statement: the staged rows of a statement that are not loaded, and why.
-- reads:  staged_statement (temporary)
-- writes: nothing
-- repeat: safe; it only reads

select
    position,
    verdict
from staged_statement
where verdict is not null;
