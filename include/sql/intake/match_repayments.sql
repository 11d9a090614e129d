-- match_repayments: find the loan of each staged repayment, and the references that are known already.
-- reads:  loan, repayment
-- writes: staged_repayment (temporary)
-- repeat: safe; it gives the same answer until something is loaded

update staged_repayment as staged
inner join loan on staged.loan_no = loan.loan_no
set staged.loan_id = loan.loan_id;

update staged_repayment as staged
inner join repayment as known
    on staged.source = known.source
    and staged.external_ref = known.external_ref
set staged.verdict = if(
    staged.channel = known.channel
    and staged.kind = known.kind
    and staged.loan_no = known.loan_no
    and staged.amount = known.amount
    and staged.currency = known.currency
    and staged.value_date = known.value_date
    and staged.original_ref <=> known.original_ref,
    'KNOWN',
    'DIFFERENT'
);
