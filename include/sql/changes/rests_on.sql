-- Whether a schedule version of the loan was made after a payment was posted on it: the day of the newest, or null.
-- reads: ledger_entry
select max(m.value_date) as made_on
from ledger_entry as p
inner join ledger_entry as m on p.loan_id = m.loan_id and m.instalment_no = 0 and m.entry_type = 'MOVED_IN' and m.entry_id > p.entry_id
left join ledger_entry as undone on p.entry_id = undone.reverses_entry_id
where p.repayment_id = :repayment_id and p.reverses_entry_id is null and undone.entry_id is null;
