-- Keeps that somebody saw personal data unmasked. Writes: personal_data_shown (append-only).
insert into personal_data_shown (user_name, customer_id, fields, reason)
values (:user_name, :customer_id, :fields, :reason);
