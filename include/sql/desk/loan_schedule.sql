-- The schedule of a loan as of a date: what each instalment is, what was paid and released of it by then, what is open.
-- Reads: instalment, schedule_version, ledger_entry (each by loan). Writes: nothing.
with moved as (
    select
        instalment_no,
        sum(case when entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE') then fee else 0 end) as fee_charged,
        sum(case when entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE') then penalty else 0 end) as penalty_charged,
        sum(case when entry_type in ('REPAYMENT', 'HELD_APPLIED') then principal + interest + fee + penalty else 0 end) as paid,
        sum(case
            when entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE', 'REPAYMENT', 'HELD_APPLIED') then 0
            else principal + interest + fee + penalty
        end) as released,
        max(case when entry_type in ('REPAYMENT', 'HELD_APPLIED') then value_date end) as last_paid
    from ledger_entry
    where loan_id = :loan_id and instalment_no > 0 and business_date <= :as_of
    group by instalment_no
),

-- outstanding = due + charged - paid - released
schedule_lines as (
    select
        i.instalment_no,
        i.version,
        i.due_date,
        i.principal_due,
        i.interest_due,
        i.fee_due + coalesce(m.fee_charged, 0) as fee,
        coalesce(m.penalty_charged, 0) as penalty,
        coalesce(m.paid, 0) as paid,
        coalesce(m.released, 0) as released,
        m.last_paid,
        i.principal_due + i.interest_due + i.fee_due + coalesce(m.fee_charged, 0) + coalesce(m.penalty_charged, 0)
        - coalesce(m.paid, 0) - coalesce(m.released, 0) as outstanding
    from instalment as i
    left join schedule_version as v on i.loan_id = v.loan_id and i.version = v.version
    left join moved as m on i.instalment_no = m.instalment_no
    where i.loan_id = :loan_id and (v.made_on is null or v.made_on <= :as_of)
)

select
    s.instalment_no,
    s.version,
    s.due_date,
    s.principal_due,
    s.interest_due,
    s.fee,
    s.penalty,
    s.paid,
    s.released,
    s.last_paid,
    s.outstanding,
    case
        when s.outstanding <= 0 and s.released > s.paid then 'RELEASED'
        when s.outstanding <= 0 then 'PAID'
        when s.due_date < :as_of then 'OVERDUE'
        when s.due_date = :as_of then 'DUE'
        when s.paid > 0 then 'PART_PAID'
        else 'LATER'
    end as state
from schedule_lines as s
order by s.instalment_no;
