-- The features under which each application was decided, straight from where they were stored: what a training set must hold.
-- Reads application, application_decision, application_score. Writes nothing.
select
    application_decision.application_id,
    application_decision.business_date as first_decided_on,
    application_score.business_date as scored_on,
    application_score.features
from application_decision
inner join application_score
    on
        application_decision.application_id = application_score.application_id
        and application_decision.model_name = application_score.model_name
        and application_decision.model_version = application_score.model_version
where application_decision.business_date <= :as_of
  and not exists (
      select 1
      from application_decision as earlier
      where earlier.application_id = application_decision.application_id
        and earlier.decision_id < application_decision.decision_id
  )
order by application_decision.application_id;
