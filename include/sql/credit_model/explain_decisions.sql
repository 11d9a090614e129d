-- What was decided about an application, in order. Reads application_decision. Writes nothing.
select
    business_date,
    outcome,
    policy_version,
    model_version,
    points,
    rules_fired,
    offer_amount,
    offer_rate,
    offer_tenor,
    decided_by,
    why
from application_decision
where application_id = :application_id
order by decision_id;
