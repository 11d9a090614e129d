-- The dates whose reports are there, latest first.
-- reads:  report_collections (one row a date, by its key), step_run
-- writes: nothing
select
    report_collections.business_date,
    (
        select max(step_run.done_at)
        from step_run
        where step_run.business_date = report_collections.business_date and step_run.step like 'reports.%' and step_run.step <> 'reports.pack'
    ) as built_at
from report_collections
where exists (
    select 1
    from report_approval_funnel
    where report_approval_funnel.business_date = report_collections.business_date
)
and report_collections.business_date between :first_date and :last_date
order by report_collections.business_date desc;
