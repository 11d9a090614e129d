-- Make a version champion: the one before it retires. Rolling back is promoting an earlier version again.
-- Reads business_day; writes score_model. Safe to repeat: the same version stays champion.
update score_model
set state = 'RETIRED'
where model_name = :model_name
  and state = 'CHAMPION'
  and model_version <> :model_version;

update score_model
set state = 'CHAMPION',
    promoted_on = (
        select business_date
        from business_day
        where is_current = 1
    ),
    promoted_at = now(6),
    promoted_by = :promoted_by,
    reason = :reason,
    verified_at = now(6)
where model_name = :model_name
  and model_version = :model_version;
