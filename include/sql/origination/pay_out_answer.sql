-- One answer of the bank.
insert into bank_answer (payout_id, state, bank_ref, reason)
values (:payout_id, :state, :bank_ref, :reason);
