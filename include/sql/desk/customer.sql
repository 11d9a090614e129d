-- One customer by number.
-- Reads: customer (by number). Writes: nothing.
select
    customer_id,
    customer_no,
    kind,
    region,
    industry,
    exposure_limit,
    created_on
from customer
where customer_no = :customer_no;
