-- The ledger of a loan between two dates, in the order of booking, with the principal owed after each entry.
-- Reads: ledger_entry (by loan). Writes: nothing.
with entries as (
    select
        entry_id,
        business_date,
        value_date,
        entry_type,
        instalment_no,
        principal,
        interest,
        fee,
        penalty,
        overpayment,
        -- principal owed = paid out - paid back - released
        sum(case
            when entry_type in ('OPENING', 'DISBURSEMENT') then principal
            when entry_type = 'RECOVERY' then 0
            else -principal
        end) over (order by entry_id) as balance
    from ledger_entry
    where loan_id = :loan_id and business_date <= :until
)

select *
from entries
where business_date >= :since
order by entry_id;
