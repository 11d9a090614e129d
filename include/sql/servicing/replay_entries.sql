-- Entries that stand (neither reversed nor a reversal) of the loans in replay_loan, in the order in which they were booked.
-- reads:  replay_loan (temporary), ledger_entry
select
    e.loan_id,
    e.entry_id,
    e.entry_type,
    e.value_date,
    e.instalment_no,
    cast(e.penalty * 100 as signed) as penalty,
    cast(e.fee * 100 as signed) as fee,
    cast(e.interest * 100 as signed) as interest,
    cast(e.principal * 100 as signed) as principal,
    cast(e.overpayment * 100 as signed) as overpayment,
    e.repayment_id
from replay_loan as r
straight_join ledger_entry as e on r.loan_id = e.loan_id
left join ledger_entry as undone on e.entry_id = undone.reverses_entry_id
where e.reverses_entry_id is null and undone.entry_id is null
order by e.loan_id, e.entry_id;
