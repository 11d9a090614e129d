-- The rows of a loan's schedule as of a date and what had become of them, by what was known then or by value date (as_of/loan).
-- reads: instalment, schedule_version, ledger_entry
select
    i.instalment_no,
    i.version,
    i.period_start,
    i.period_end,
    i.due_date,
    coalesce(i.moved_on <= :as_of, 0) as is_moved,
    i.principal_due,
    i.interest_due,
    i.fee_due,
    coalesce(e.fee_charged, 0) as fee_charged,
    coalesce(e.penalty_charged, 0) as penalty_charged,
    coalesce(e.principal_paid, 0) as principal_paid,
    coalesce(e.interest_paid, 0) as interest_paid,
    coalesce(e.fee_paid, 0) as fee_paid,
    coalesce(e.penalty_paid, 0) as penalty_paid,
    coalesce(e.principal_released, 0) as principal_released,
    coalesce(e.interest_released, 0) as interest_released,
    coalesce(e.interest_cut, 0) as interest_cut,
    coalesce(e.fee_released, 0) as fee_released,
    coalesce(e.penalty_released, 0) as penalty_released
from instalment as i
inner join schedule_version as v on i.loan_id = v.loan_id and i.version = v.version
left join (
    select
        instalment_no,
        sum(if(kind = 'CHARGE', fee, 0)) as fee_charged,
        sum(if(kind = 'CHARGE', penalty, 0)) as penalty_charged,
        sum(if(kind = 'PAYMENT', principal, 0)) as principal_paid,
        sum(if(kind = 'PAYMENT', interest, 0)) as interest_paid,
        sum(if(kind = 'PAYMENT', fee, 0)) as fee_paid,
        sum(if(kind = 'PAYMENT', penalty, 0)) as penalty_paid,
        sum(if(kind = 'RELEASE', principal, 0)) as principal_released,
        sum(if(kind = 'RELEASE', interest, 0)) as interest_released,
        sum(if(entry_type in ('INTEREST_CUT', 'MOVED_OUT', 'DEFERRED'), interest, 0)) as interest_cut,
        sum(if(kind = 'RELEASE', fee, 0)) as fee_released,
        sum(if(kind = 'RELEASE', penalty, 0)) as penalty_released
    from (
        select
            *,
            case
                when entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE') then 'CHARGE'
                when entry_type in ('REPAYMENT', 'HELD_APPLIED', 'REFUND') then 'PAYMENT'
                else 'RELEASE'
            end as kind
        from ledger_entry
        where loan_id = :loan_id and instalment_no > 0 and if(:by_value, value_date, business_date) <= :as_of
    ) as entry
    group by instalment_no
) as e on i.instalment_no = e.instalment_no
where i.loan_id = :loan_id and (v.version = 1 or v.made_on <= :as_of or (:by_value and e.instalment_no is not null))
order by i.due_date, i.instalment_no;
