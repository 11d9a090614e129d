-- Money that came for a loan, up to a date, the latest first.
-- Reads: repayment (by loan). Writes: nothing.
select
    source,
    external_ref,
    channel,
    kind,
    amount,
    value_date,
    business_date,
    state
from repayment
where loan_id = :loan_id and business_date <= :as_of
order by value_date desc, repayment_id desc
limit 100;
