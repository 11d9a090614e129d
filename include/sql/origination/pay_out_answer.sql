-- What the bank did with one payout. Safe to repeat: only a PENDING payout takes an answer.
update payout
set state = :state, bank_ref = :bank_ref, reason = :reason, confirmed_on = :confirmed_on
where payout_id = :payout_id and state = 'PENDING';
