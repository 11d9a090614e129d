-- Every moved amount of a loan is the sum over its instalments, and they schedule just the principal that was paid out; what a
-- later version took over from the ones before it is scheduled there again, and released here.
select
    l.loan_no,
    l.principal_disbursed + coalesce(v.taken_over, 0) - i.principal_due as schedule_off_by,
    l.principal_paid - i.principal_paid as principal_off_by,
    l.interest_paid - i.interest_paid as interest_off_by,
    l.fee_paid - i.fee_paid as fee_off_by,
    l.penalty_paid - i.penalty_paid as penalty_off_by,
    l.fee_charged + l.penalty_charged - i.charged as charged_off_by,
    l.principal_released + l.interest_released + l.fee_released + l.penalty_released + coalesce(v.taken_over, 0) - i.released as released_off_by
from loan as l
inner join (
    select
        loan_id,
        sum(principal_due) as principal_due,
        sum(principal_paid) as principal_paid,
        sum(interest_paid) as interest_paid,
        sum(fee_paid) as fee_paid,
        sum(penalty_paid) as penalty_paid,
        sum(charged) as charged,
        sum(released) as released
    from instalment_total
    group by loan_id
) as i on l.loan_id = i.loan_id
left join (
    select loan_id, sum(taken_over) as taken_over
    from schedule_version
    where taken_over <> 0
    group by loan_id
) as v on l.loan_id = v.loan_id
where l.principal_disbursed + coalesce(v.taken_over, 0) <> i.principal_due
    or l.principal_paid <> i.principal_paid
    or l.interest_paid <> i.interest_paid
    or l.fee_paid <> i.fee_paid
    or l.penalty_paid <> i.penalty_paid
    or l.fee_charged + l.penalty_charged <> i.charged
    or l.principal_released + l.interest_released + l.fee_released + l.penalty_released + coalesce(v.taken_over, 0) <> i.released;
