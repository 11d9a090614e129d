-- Every score of an application with its coefficient table as recorded; the one under which it was decided first.
-- promoted_by is who had made the version champion by then; null where somebody moved the alias in the registry.
-- Reads application, application_score, score_model, score_model_promotion, application_decision. Writes nothing.
select
    application.application_id,
    application.application_no,
    application.business_date as received_on,
    application.product_code,
    application.amount,
    application.tenor,
    application.state,
    application_score.model_name,
    application_score.model_version,
    application_score.role,
    application_score.model_source,
    application_score.business_date as scored_on,
    application_score.prob_good,
    application_score.points,
    application_score.reason_codes,
    application_score.features,
    score_model.sha256,
    score_model.coefficients,
    (
        select score_model_promotion.promoted_by
        from score_model_promotion
        where score_model_promotion.model_name = application_score.model_name
            and score_model_promotion.model_version = application_score.model_version
            and coalesce(score_model_promotion.business_date, application_score.business_date) <= application_score.business_date
        order by score_model_promotion.promotion_id desc
        limit 1
    ) as promoted_by,
    (
        select count(*) > 0
        from application_decision
        where application_decision.application_id = application_score.application_id
            and application_decision.model_name = application_score.model_name
            and application_decision.model_version = application_score.model_version
    ) as decided
from application
left join application_score on application.application_id = application_score.application_id
left join score_model
    on
        application_score.model_name = score_model.model_name
        and application_score.model_version = score_model.model_version
where application.application_no = :application_no
order by decided desc, application_score.role asc, application_score.business_date desc, application_score.model_version asc;
