-- The training set's distribution of a version. Reads score_reference.
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
