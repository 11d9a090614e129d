-- The end of a loan whose payout came back: the bank's money pays the whole principal; what was charged and has fallen due is waived;
-- interest that is not due yet will never be earned.
-- Reads: instalment, repayment. Writes: posting_entry (temporary).
-- Safe to repeat: one transaction with the step's DONE. The last statement gives the principal.
insert into posting_entry (loan_id, instalment_no, entry_type, value_date, principal, repayment_id)
select i.loan_id, i.instalment_no, 'REPAYMENT', :business_date, i.principal_due - i.principal_paid - i.principal_released, r.repayment_id
from instalment as i
inner join repayment as r on r.source = 'PAYOUT_RETURN' and r.external_ref = :reference
where i.loan_id = :loan_id and i.principal_due - i.principal_paid - i.principal_released <> 0
order by i.instalment_no;

insert into posting_entry (loan_id, instalment_no, entry_type, value_date, penalty)
select loan_id, instalment_no, 'WAIVER', :business_date, penalty_charged - penalty_paid - penalty_released
from instalment
where loan_id = :loan_id and penalty_charged - penalty_paid - penalty_released <> 0
order by instalment_no;

insert into posting_entry (loan_id, instalment_no, entry_type, value_date, fee)
select loan_id, instalment_no, 'WAIVER', :business_date, fee_due + fee_charged - fee_paid - fee_released
from instalment
where loan_id = :loan_id and fee_due + fee_charged - fee_paid - fee_released <> 0
order by instalment_no;

insert into posting_entry (loan_id, instalment_no, entry_type, value_date, interest)
select
    loan_id,
    instalment_no,
    if(due_date <= :business_date, 'WAIVER', 'INTEREST_CUT'),
    :business_date,
    interest_due - interest_paid - interest_released
from instalment
where loan_id = :loan_id and interest_due - interest_paid - interest_released <> 0
order by instalment_no;

select coalesce(sum(principal), 0) as amount from posting_entry;
