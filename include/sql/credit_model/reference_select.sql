-- The distribution that a version is watched against. Reads score_reference.
select
    feature,
    bin_no,
    upper_bound,
    category,
    share
from score_reference
where model_name = :model_name
  and model_version = :model_version
order by feature, bin_no;
