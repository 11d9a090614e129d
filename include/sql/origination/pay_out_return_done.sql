-- What was booked of a returned payout is marked so; periods that ended and whose interest was cut are not earned any more.
-- Reads: instalment, payout. Writes: repayment.state, loan_accrual, application.state.
-- Safe to repeat: only a DISBURSED application of a returned payout moves; one transaction with the step's DONE.
update repayment set state = 'POSTED' where source = 'PAYOUT_RETURN' and external_ref = :reference and state = 'RECEIVED';

update loan_accrual as a
set a.completed = (
    select coalesce(sum(i.interest_due - i.interest_cut), 0)
    from instalment as i
    where i.loan_id = a.loan_id and i.instalment_no < a.instalment_no
)
where a.loan_id = :loan_id;

update application as a
inner join payout as p on a.application_id = p.application_id
set a.state = 'CANCELLED'
where p.payout_id = :payout_id and a.state = 'DISBURSED';
