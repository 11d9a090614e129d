-- The version that was champion before the present one: of those that retired, the one that was verified last.
-- Reads score_model. Writes nothing.
select model_version
from score_model
where model_name = :model_name
  and state = 'RETIRED'
order by verified_at desc
limit 1;
