-- change SUSPENSE_MATCH: the money is received on the loan named, from the value date on which it came, but not from before its newest
-- schedule version. What was taken back from us, by a bounce, is owed again by the loan that it was for, from today on.
-- reads:  suspense_item, repayment, loan, schedule_version
-- writes: repayment
-- repeat: safe; unique by suspense item
-- MySQL cannot fire the trigger on repayment while the posting's temporary tables, of a change before it, are there: it names them twice.
drop temporary table if exists posting_loan, posting_receipt, posting_cell, posting_entry, posting_state;

insert into repayment (source, external_ref, channel, kind, loan_no, loan_id, amount, currency, value_date, business_date)
select
    'SUSPENSE',
    s.suspense_id,
    'BANK',
    if(s.amount > 0, 'PAYMENT', 'CHARGEBACK'),
    l.loan_no,
    l.loan_id,
    abs(s.amount),
    r.currency,
    if(s.amount > 0, greatest(r.value_date, coalesce(v.made_on, r.value_date)), :business_date),
    :business_date
from suspense_item as s
inner join repayment as r on s.repayment_id = r.repayment_id
inner join loan as l on l.loan_id = :loan_id
left join (
    select max(made_on) as made_on from schedule_version where loan_id = :loan_id and replaces <> 'NOTHING'
) as v on 1 = 1
where s.suspense_id = :suspense_id and s.state = 'OPEN' and (s.amount > 0 or r.loan_id = l.loan_id);

select count(*) as found
from suspense_item as s
inner join repayment as r on s.repayment_id = r.repayment_id
where s.suspense_id = :suspense_id and s.state = 'OPEN' and (s.amount > 0 or r.loan_id = :loan_id);
