-- The ledger of a loan up to a date, the latest entry first, one page of it.
-- Reads: ledger_entry (by loan), repayment (by key). Writes: nothing.
select
    e.entry_id,
    e.instalment_no,
    e.entry_type,
    e.business_date,
    e.value_date,
    e.principal,
    e.interest,
    e.fee,
    e.penalty,
    e.overpayment,
    e.reverses_entry_id,
    e.actor,
    r.source,
    r.external_ref
from ledger_entry as e
left join repayment as r on e.repayment_id = r.repayment_id
where e.loan_id = :loan_id and e.business_date <= :as_of
order by e.entry_id desc
limit :rows offset :offset;
