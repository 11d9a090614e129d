-- Who saw a customer's personal data, the latest first.
-- Reads: personal_data_shown (by customer). Writes: nothing.
select
    user_name,
    fields,
    reason,
    shown_at
from personal_data_shown
where customer_id = :customer_id
order by shown_at desc
limit 20;
