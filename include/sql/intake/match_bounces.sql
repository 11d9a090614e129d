-- match_bounces: a bounce belongs to the loan of the payment that it takes back, whatever loan it names itself.
-- reads:  repayment
-- writes: staged_repayment (temporary)
-- repeat: safe; bounces that have been loaded are KNOWN and left alone

update staged_repayment as staged
left join repayment as original
    on staged.source = original.source
    and staged.original_ref = original.external_ref
    and original.kind = 'PAYMENT'
left join repayment as bounced
    on staged.source = bounced.source
    and staged.original_ref = bounced.original_ref
    and bounced.kind = 'BOUNCE'
set
    staged.loan_id = original.loan_id,
    staged.verdict = case
        when original.repayment_id is null then 'NO_ORIGINAL'
        when original.amount <> staged.amount then 'OTHER_AMOUNT'
        when bounced.repayment_id is not null then 'BOUNCED_BEFORE'
    end
where staged.kind = 'BOUNCE'
    and staged.verdict is null;
