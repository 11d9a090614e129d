-- Every moved amount of a loan is the sum of its ledger entries.
select
    l.loan_no,
    l.principal_disbursed - coalesce(e.disbursed, 0) as disbursed_off_by,
    l.principal_paid - coalesce(e.principal, 0) as principal_off_by,
    l.interest_paid - coalesce(e.interest, 0) as interest_off_by,
    l.fee_paid - coalesce(e.fee, 0) as fee_off_by,
    l.penalty_paid - coalesce(e.penalty, 0) as penalty_off_by,
    l.fee_charged + l.penalty_charged - coalesce(e.charged, 0) as charged_off_by,
    l.principal_released + l.interest_released + l.fee_released + l.penalty_released - coalesce(e.released, 0) as released_off_by,
    l.overpayment - coalesce(e.overpayment, 0) as overpayment_off_by,
    l.recovered - coalesce(e.recovered, 0) as recovered_off_by
from loan as l
left join (
    select
        loan_id,
        sum(if(entry_type in ('OPENING', 'DISBURSEMENT'), principal, 0)) as disbursed,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED', 'REFUND'), principal, 0)) as principal,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED', 'REFUND'), interest, 0)) as interest,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED', 'REFUND'), fee, 0)) as fee,
        sum(if(entry_type in ('REPAYMENT', 'HELD_APPLIED', 'REFUND'), penalty, 0)) as penalty,
        sum(if(entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE'), fee + penalty, 0)) as charged,
        sum(if(
            entry_type in (
                'WAIVER', 'WRITE_OFF', 'CHARGEBACK', 'INTEREST_CUT', 'MOVED_OUT', 'MOVED_IN', 'DEFERRED', 'CAPITALISED'
            ),
            principal + interest + fee + penalty,
            0
        )) as released,
        sum(if(entry_type = 'RECOVERY', principal, 0)) as recovered,
        sum(overpayment) as overpayment
    from ledger_entry
    group by loan_id
) as e on l.loan_id = e.loan_id
where l.principal_disbursed <> coalesce(e.disbursed, 0)
    or l.principal_paid <> coalesce(e.principal, 0)
    or l.interest_paid <> coalesce(e.interest, 0)
    or l.fee_paid <> coalesce(e.fee, 0)
    or l.penalty_paid <> coalesce(e.penalty, 0)
    or l.fee_charged + l.penalty_charged <> coalesce(e.charged, 0)
    or l.principal_released + l.interest_released + l.fee_released + l.penalty_released <> coalesce(e.released, 0)
    or l.overpayment <> coalesce(e.overpayment, 0)
    or l.recovered <> coalesce(e.recovered, 0);
