-- Writes a note on a loan. Writes: loan_note (append-only; the trigger dates it).
insert into loan_note (loan_id, kind, body, business_date, actor)
values (:loan_id, :kind, :body, curdate(), :actor);
