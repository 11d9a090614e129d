-- The champion that was verified last: what scores while the registry does not answer.
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
  and state = 'CHAMPION'
  and promoted_at is not null
order by verified_at desc
limit 1;
