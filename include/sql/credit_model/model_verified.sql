-- The registry's champion alias stands on this version and its artifact has the recorded hash.
-- Where somebody moved the alias between approved versions in the registry, the states follow.
-- Writes score_model. Safe to repeat.
update score_model
set state = 'RETIRED'
where model_name = :model_name
  and state = 'CHAMPION'
  and model_version <> :model_version;

update score_model
set state = 'CHAMPION',
    verified_at = now(6)
where model_name = :model_name
  and model_version = :model_version;
