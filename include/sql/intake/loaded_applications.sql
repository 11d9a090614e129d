-- loaded_applications: what a file has brought in.
-- reads:  staged_application (temporary), application
-- writes: nothing
-- repeat: safe; it only reads

select
    count(*) as rows_loaded,
    coalesce(sum(application.amount), 0) as amount
from staged_application as staged
inner join application on staged.application_no = application.application_no
where application.landing_file_id = :landing_file_id;
