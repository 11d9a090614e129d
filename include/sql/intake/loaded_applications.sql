-- loaded_applications: what the staged rows without a verdict have become.
-- reads:  staged_application (temporary), application
-- writes: nothing
-- repeat: safe; it only reads

select
    count(*) as rows_loaded,
    coalesce(sum(application.amount), 0) as amount
from staged_application as staged
inner join application on staged.application_no = application.application_no
where staged.verdict is null;
