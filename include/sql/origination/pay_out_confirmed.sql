-- Payouts confirmed on a date, with everything that the loan follows from. The product is the latest version of its code.
-- Reads: payout, application, application_decision (the latest approval), loan_product.
select
    a.application_id,
    a.application_no,
    a.customer_id,
    p.amount,
    d.offer_rate,
    d.offer_tenor,
    v.product_id,
    v.method,
    v.frequency,
    v.day_count,
    v.rounding,
    v.due_date_roll,
    v.penalty_rate,
    v.penalty_rate_factor
from payout as p
inner join application as a on p.application_id = a.application_id
inner join application_decision as d on d.decision_id = (
    select max(e.decision_id) from application_decision as e
    where e.application_id = a.application_id and e.outcome = 'APPROVED'
)
inner join loan_product as v on a.product_code = v.product_code and v.version = (
    select max(w.version) from loan_product as w
    where w.product_code = a.product_code
)
where p.state = 'CONFIRMED' and p.confirmed_on = :business_date and a.state = 'PAYOUT_PENDING'
order by a.application_no;
