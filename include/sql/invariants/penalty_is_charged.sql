-- Penalty charged on an unpaid instalment is what its days and payments say, cumulative to the date.
select
    loan_no,
    instalment_no,
    booked,
    if(rounding = 'HALF_UP', round(accrued, 2), round_half_even(accrued)) as expected
from (
    select
        l.loan_no,
        i.instalment_no,
        coalesce(sum(if(e.entry_type = 'PENALTY_CHARGE', e.penalty, 0)), 0) as booked,
        coalesce(i.penalty_rate, l.penalty_rate) * (
            (i.principal_due + if(p.penalty_compounds, i.interest_due, 0)) * greatest(0, datediff(
                :business_date, greatest(i.penalty_from, i.due_date + interval if(p.penalty_only_after_grace, p.penalty_grace_days, 0) day)
            ))
            - coalesce(sum((e.principal + if(p.penalty_compounds, e.interest, 0)) * greatest(0, datediff(:business_date, greatest(
                e.value_date, i.penalty_from, i.due_date + interval if(p.penalty_only_after_grace, p.penalty_grace_days, 0) day
            )))), 0)
        ) / p.penalty_basis as accrued,
        p.rounding
    from loan as l
    inner join loan_product as p on l.product_id = p.product_id
    inner join instalment as i on l.loan_id = i.loan_id
    left join ledger_entry as e on i.loan_id = e.loan_id and i.instalment_no = e.instalment_no
    where l.next_due_date < :business_date
        and i.due_date < :business_date
        and datediff(:business_date, i.due_date) > p.penalty_grace_days
        and i.principal_due - i.principal_paid - i.principal_released
        + if(p.penalty_compounds, i.interest_due - i.interest_paid - i.interest_released, 0) > 0
        and l.state not in ('PAID_OFF', 'WRITTEN_OFF')
    group by
        l.loan_no, i.instalment_no, i.penalty_rate, l.penalty_rate, i.principal_due, i.interest_due, i.penalty_from, i.due_date,
        p.penalty_compounds, p.penalty_only_after_grace, p.penalty_grace_days, p.penalty_basis, p.rounding
) as counted
where booked <> if(rounding = 'HALF_UP', round(accrued, 2), round_half_even(accrued));
