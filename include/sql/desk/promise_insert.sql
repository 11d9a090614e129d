-- Writes down a promise to pay. Writes: promise_to_pay (append-only; the trigger dates it).
insert into promise_to_pay (loan_id, promised_on, amount, business_date, actor)
values (:loan_id, :promised_on, :amount, curdate(), :actor);
