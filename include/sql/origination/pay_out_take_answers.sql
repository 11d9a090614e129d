-- What the bank did with the payouts, and the applications that go back with a returned one.
-- Reads: bank_answer. Writes: payout, application.state.
-- Safe to repeat: only a PENDING payout takes an answer, only a PAYOUT_PENDING application with a returned payout moves.
update payout as p
inner join bank_answer as b on p.payout_id = b.payout_id
set
    p.state = b.state,
    p.bank_ref = b.bank_ref,
    p.reason = b.reason,
    p.confirmed_on = case when b.state = 'CONFIRMED' then :business_date end
where p.state = 'PENDING';

set @reason = 'returned by the bank';

update application as a
inner join payout as p on a.application_id = p.application_id
inner join bank_answer as b on p.payout_id = b.payout_id and b.state = 'FAILED'
set a.state = 'PAYOUT_FAILED'
where a.state = 'PAYOUT_PENDING';
