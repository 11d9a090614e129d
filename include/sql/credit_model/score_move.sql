-- Scored applications go under review; the trigger on application writes their history.
-- Reads application_score; writes application.
set @reason = :reason;

update application
set state = 'UNDER_REVIEW'
where state = 'NEW'
  and exists (
      select 1
      from application_score
      where application_score.application_id = application.application_id
        and application_score.role = 'CHAMPION'
        and application_score.model_name = :model_name
        and application_score.model_version = :model_version
  );

set @reason = null;
