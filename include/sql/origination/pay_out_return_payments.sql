-- What the borrower paid on a loan whose payout came back leaves the loan, which lives its days again without it, and waits in suspense.
-- Reads: repayment. Writes: suspense_item, repayment.state, replay_loan (temporary).
-- Safe to repeat: only POSTED payments leave; one transaction with the step's DONE.
insert into suspense_item (repayment_id, business_date, amount, reason)
select repayment_id, :business_date, amount, concat('taken off loan ', loan_no, ', whose payout the bank returned')
from repayment
where loan_id = :loan_id and kind = 'PAYMENT' and state = 'POSTED';

insert into replay_loan (loan_id, from_date)
select loan_id, min(value_date)
from repayment
where loan_id = :loan_id and kind = 'PAYMENT' and state = 'POSTED'
group by loan_id;

update repayment set state = 'REVERSED' where loan_id = :loan_id and kind = 'PAYMENT' and state = 'POSTED';
