-- Every decision about an application, the latest first.
-- Reads: application_decision (by application). Writes: nothing.
select
    decision_id,
    business_date,
    outcome,
    policy_version,
    points,
    rules_fired,
    offer_amount,
    offer_rate,
    offer_tenor,
    offer_expires_on,
    decided_by,
    why
from application_decision
where application_id = :application_id
order by decision_id desc
limit 20;
