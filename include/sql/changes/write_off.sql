-- change WRITE_OFF: everything the loan owes leaves the balance sheet; interest that is not due yet will never be earned.
-- reads:  instalment
-- writes: posting_entry (temporary), loan_accrual
-- repeat: safe; one transaction with the request's APPLIED
insert into posting_entry (loan_id, instalment_no, entry_type, value_date, principal, interest, fee, penalty)
select
    loan_id,
    instalment_no,
    'WRITE_OFF',
    :business_date,
    principal_due - principal_paid - principal_released,
    if(due_date <= :business_date, interest_due - interest_paid - interest_released, 0),
    fee_due + fee_charged - fee_paid - fee_released,
    penalty_charged - penalty_paid - penalty_released
from instalment
where loan_id = :loan_id
    and outstanding > if(due_date <= :business_date, 0, interest_due - interest_paid - interest_released)
order by instalment_no;

insert into posting_entry (loan_id, instalment_no, entry_type, value_date, interest)
select loan_id, instalment_no, 'INTEREST_CUT', :business_date, interest_due - interest_paid - interest_released
from instalment
where loan_id = :loan_id and due_date > :business_date and interest_due - interest_paid - interest_released <> 0
order by instalment_no;

-- interest earned and not yet due is taken back
update loan_accrual as a
cross join (select coalesce(sum(interest_due - interest_cut), 0) as due from instalment where loan_id = :loan_id and due_date <= :business_date) as i
set a.posted_before = a.posted, a.posted = i.due, a.accrued = i.due, a.accrued_to = :business_date
where a.loan_id = :loan_id;

select coalesce(sum(principal + interest + fee + penalty), 0) as amount from posting_entry where entry_type = 'WRITE_OFF';
