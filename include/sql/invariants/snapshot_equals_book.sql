-- The dated book of the date is the book: every loan, its balance, its arrears, its state.
select
    l.loan_no,
    l.principal_balance as book,
    d.principal_balance as snapshot,
    l.arrears as arrears_in_book,
    d.arrears as arrears_in_snapshot
from loan as l
left join loan_day as d on l.loan_id = d.loan_id and d.business_date = :business_date
left join asset_class as c on d.class_code = c.class_code
where d.loan_id is null
    or l.principal_balance <> d.principal_balance
    or l.principal_disbursed <> d.principal_disbursed
    or l.arrears <> d.arrears
    or l.overpayment <> d.overpayment
    or l.days_past_due <> d.days_past_due
    or l.state <> d.state
    or l.class_code <> d.class_code
    or d.penalty_outstanding <> l.penalty_charged - l.penalty_paid - l.penalty_released
    or l.delinquent_days <> d.delinquent_days
    or not (l.bucket_code <=> d.bucket_code)
    or d.interest_suspended <> if(l.accrual_stopped_on is null, 0, d.interest_outstanding)
    or d.accrued_suspended <> if(l.accrual_stopped_on is null, 0, d.interest_accrued)
    or d.penalty_suspended <> if(l.accrual_stopped_on is null, 0, d.penalty_outstanding)
    or d.exposure <> d.principal_balance + d.interest_outstanding + d.fee_outstanding + d.penalty_outstanding + d.interest_accrued
    - d.interest_suspended - d.accrued_suspended - d.penalty_suspended
    or d.provision <> round(d.exposure * c.coverage, 2);
