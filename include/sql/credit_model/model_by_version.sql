-- One recorded version.
select
    model_name,
    model_version,
    sha256,
    coefficients,
    metrics,
    run_id,
    state,
    promoted_at,
    promoted_by
from score_model
where model_name = :model_name
  and model_version = :model_version;
