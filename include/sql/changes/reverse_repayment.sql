-- change REPAYMENT_REVERSAL: the payment leaves its loan, which lives its days again without it; the money waits in suspense.
-- reads:  repayment
-- writes: suspense_item, repayment.state, replay_loan (temporary)
-- repeat: safe; one transaction with the request's APPLIED
insert into suspense_item (repayment_id, business_date, amount, reason)
select repayment_id, :business_date, amount, concat('taken off loan ', loan_no, ' by change request ', :change_request_id)
from repayment
where repayment_id = :repayment_id and state = 'POSTED';

insert into replay_loan (loan_id, from_date)
select loan_id, value_date
from repayment
where repayment_id = :repayment_id and state = 'POSTED';

update repayment set state = 'REVERSED' where repayment_id = :repayment_id and state = 'POSTED';

select count(*) as found from replay_loan;
