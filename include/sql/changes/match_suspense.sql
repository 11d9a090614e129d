-- change SUSPENSE_MATCH: the money is received on the loan named, from the value date on which it came.
-- reads:  suspense_item, repayment, loan
-- writes: repayment
-- repeat: safe; unique by suspense item
-- MySQL cannot fire the trigger on repayment while the posting's temporary tables, of a change before it, are there: it names them twice.
drop temporary table if exists posting_loan, posting_receipt, posting_cell, posting_entry, posting_state;

insert into repayment (source, external_ref, channel, kind, loan_no, loan_id, amount, currency, value_date, business_date)
select 'SUSPENSE', s.suspense_id, 'BANK', 'PAYMENT', l.loan_no, l.loan_id, s.amount, r.currency, r.value_date, :business_date
from suspense_item as s
inner join repayment as r on s.repayment_id = r.repayment_id
inner join loan as l on l.loan_id = :loan_id
where s.suspense_id = :suspense_id and s.state = 'OPEN' and s.amount > 0;

select count(*) as found from suspense_item where suspense_id = :suspense_id and state = 'OPEN' and amount > 0;
