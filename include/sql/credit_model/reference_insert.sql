-- Keep the distribution that a version is watched against; run with many rows at once.
-- Writes score_reference. Safe to repeat: a row that is there stays as it is.
insert into score_reference (model_name, model_version, feature, bin_no, upper_bound, category, share)
select
    :model_name,
    :model_version,
    :feature,
    :bin_no,
    :upper_bound,
    :category,
    :share
where not exists (
    select 1
    from score_reference
    where model_name = :model_name
      and model_version = :model_version
      and feature = :feature
      and bin_no = :bin_no
);
