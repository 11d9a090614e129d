-- loaded_repayments: what the staged rows without a verdict have become.
-- reads:  staged_repayment (temporary), repayment
-- writes: nothing
-- repeat: safe; it only reads

select
    count(*) as rows_loaded,
    coalesce(sum(repayment.amount), 0) as amount
from staged_repayment as staged
inner join repayment
    on staged.source = repayment.source
    and staged.external_ref = repayment.external_ref
where staged.verdict is null;
