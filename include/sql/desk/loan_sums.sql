-- What a loan owed and held at the end of a date, from its ledger.
-- Reads: ledger_entry (by loan). Writes: nothing.
-- principal owed = paid out - paid back - released; what the loan holds is the sum of all that was held and used
select
    coalesce(sum(case
        when entry_type in ('OPENING', 'DISBURSEMENT') then principal
        when entry_type = 'RECOVERY' then 0
        else -principal
    end), 0) as principal,
    coalesce(sum(overpayment), 0) as held,
    coalesce(sum(case when entry_type in ('REPAYMENT', 'HELD_APPLIED') then principal + interest + fee + penalty else 0 end), 0) as paid,
    coalesce(sum(case when entry_type = 'RECOVERY' then principal else 0 end), 0) as recovered
from ledger_entry
where loan_id = :loan_id and business_date <= :as_of;
