-- Every moved amount of an instalment is the sum of the ledger entries that name it. One that no entry names must not have
-- moved: loan_equals_ledger and loan_equals_instalments find it by the sums of its loan.
select
    l.loan_no,
    i.instalment_no,
    i.principal_paid - e.principal as principal_off_by,
    i.interest_paid - e.interest as interest_off_by,
    i.fee_paid - e.fee as fee_off_by,
    i.penalty_paid - e.penalty as penalty_off_by,
    i.fee_charged + i.penalty_charged - e.charged as charged_off_by,
    i.principal_released + i.interest_released + i.fee_released + i.penalty_released - e.released as released_off_by
from (
    select
        loan_id,
        instalment_no,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED'), principal, 0)) as principal,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED'), interest, 0)) as interest,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED'), fee, 0)) as fee,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED'), penalty, 0)) as penalty,
        sum(if(entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE'), fee + penalty, 0)) as charged,
        sum(if(
            entry_type in (
                'WAIVER', 'WRITE_OFF', 'CHARGEBACK', 'INTEREST_CUT', 'MOVED_OUT', 'MOVED_IN', 'DEFERRED', 'CAPITALISED'
            ),
            principal + interest + fee + penalty,
            0
        )) as released,
        sum(if(entry_type in ('INTEREST_CUT', 'MOVED_OUT', 'DEFERRED'), interest, 0)) as cut
    from ledger_entry
    where instalment_no > 0
    group by loan_id, instalment_no
) as e
inner join instalment as i on e.loan_id = i.loan_id and e.instalment_no = i.instalment_no
inner join loan as l on i.loan_id = l.loan_id
where i.principal_paid <> e.principal
    or i.interest_paid <> e.interest
    or i.fee_paid <> e.fee
    or i.penalty_paid <> e.penalty
    or i.fee_charged + i.penalty_charged <> e.charged
    or i.principal_released + i.interest_released + i.fee_released + i.penalty_released <> e.released
    or i.interest_cut <> e.cut;
