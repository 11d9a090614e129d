-- Whether the watch's report of a date is there. Reads step_run.
select count(*)
from step_run
where business_date = :business_date
  and step = 'reports.model_health'
  and state = 'DONE';
