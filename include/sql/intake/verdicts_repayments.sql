-- verdicts_repayments: the staged repayments that are not loaded, and why.
-- reads:  staged_repayment (temporary)
-- writes: nothing
-- repeat: safe; it only reads

select
    position,
    verdict
from staged_repayment
where verdict is not null;
