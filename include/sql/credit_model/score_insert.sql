-- One row of scores; run with many rows at once.
-- Writes application_score. Safe to repeat: the step's commit moves its applications out of NEW, so none comes twice.
insert into application_score (
    application_id, model_name, model_version, role, business_date,
    prob_good, points, reason_codes, features, model_source
)
values (
    :application_id, :model_name, :model_version, :role, :business_date,
    :prob_good, :points, :reason_codes, :features, :model_source
);
