-- Keep what the gates said of a version.
-- Writes score_model.gates. Safe to repeat: the last verdict stands.
update score_model
set gates = :gates
where model_name = :model_name
  and model_version = :model_version;
