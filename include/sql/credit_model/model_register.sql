-- Record a registered version with its coefficient table.
-- Writes score_model. Safe to repeat: a version that is there stays as it is.
insert into score_model (model_name, model_version, sha256, coefficients, metrics, run_id)
select
    :model_name,
    :model_version,
    :sha256,
    :coefficients,
    :metrics,
    :run_id
where not exists (
    select 1
    from score_model
    where model_name = :model_name
      and model_version = :model_version
);
