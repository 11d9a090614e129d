-- Figures of the champion that went beyond their limits on a date. Reads report_model_health.
select
    span,
    model_version,
    measure,
    subject,
    counted,
    figure,
    limit_low,
    limit_high
from report_model_health
where business_date = :business_date
  and new_breach = 1
  and role = 'CHAMPION'
order by measure, subject, span;
