-- Every moved amount of an instalment is the sum of the ledger entries that name it.
select
    l.loan_no,
    i.instalment_no,
    i.principal_paid - coalesce(e.principal, 0) as principal_off_by,
    i.interest_paid - coalesce(e.interest, 0) as interest_off_by,
    i.fee_paid - coalesce(e.fee, 0) as fee_off_by,
    i.penalty_paid - coalesce(e.penalty, 0) as penalty_off_by,
    i.fee_charged + i.penalty_charged - coalesce(e.charged, 0) as charged_off_by
from instalment as i
inner join loan as l on i.loan_id = l.loan_id
left join (
    select
        loan_id,
        instalment_no,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED'), principal, 0)) as principal,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED'), interest, 0)) as interest,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED'), fee, 0)) as fee,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED'), penalty, 0)) as penalty,
        sum(if(entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE'), fee + penalty, 0)) as charged
    from ledger_entry
    where instalment_no > 0
    group by loan_id, instalment_no
) as e on i.loan_id = e.loan_id and i.instalment_no = e.instalment_no
where i.principal_paid <> coalesce(e.principal, 0)
    or i.interest_paid <> coalesce(e.interest, 0)
    or i.fee_paid <> coalesce(e.fee, 0)
    or i.penalty_paid <> coalesce(e.penalty, 0)
    or i.fee_charged + i.penalty_charged <> coalesce(e.charged, 0);
