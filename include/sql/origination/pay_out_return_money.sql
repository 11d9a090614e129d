-- The money of a payout that came back, as received.
-- Reads: payout, loan. Writes: repayment, payout.
-- Safe to repeat: a payout comes back once (unique reference); one transaction with the step's DONE.
-- MySQL cannot fire the trigger on repayment while the posting's temporary tables are there: it names them twice.
drop temporary table if exists posting_loan, posting_receipt, posting_cell, posting_entry, posting_state;

insert into repayment (source, external_ref, channel, kind, loan_no, loan_id, amount, value_date, business_date)
select 'PAYOUT_RETURN', :reference, 'BANK', 'PAYMENT', l.loan_no, l.loan_id, p.amount, :business_date, :business_date
from payout as p
inner join loan as l on p.application_id = l.application_id
where p.payout_id = :payout_id;

update payout
set state = 'RETURNED', returned_on = :business_date, reason = :reason, bank_ref = coalesce(:bank_ref, bank_ref)
where payout_id = :payout_id;
