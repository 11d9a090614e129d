-- The day in one row, for the end of `make demo` and the top of the reports page; read by include.steps.headline.
-- reads:  report_portfolio, report_collections, report_classification, report_approval_funnel of the date
-- writes: nothing
select
    portfolio.loans,
    portfolio.principal,
    portfolio.new_loans,
    portfolio.disbursed,
    portfolio.received,
    portfolio.npl_ratio,
    collections.overdue_loans,
    collections.overdue_principal,
    collections.arrears,
    collections.collection_rate,
    classification.provision,
    funnel.received as applications,
    funnel.approval_rate,
    month_funnel.approval_rate as month_approval_rate
from (
    select
        sum(case when state not in ('PAID_OFF', 'WRITTEN_OFF') then loans else 0 end) as loans,
        sum(principal) as principal,
        sum(new_loans) as new_loans,
        sum(disbursed_today) as disbursed,
        sum(received_today) as received,
        max(npl_ratio_of_book) as npl_ratio
    from report_portfolio
    where business_date = :business_date
) as portfolio
cross join report_collections as collections
cross join (
    select sum(provision) as provision
    from report_classification
    where business_date = :business_date
) as classification
cross join (
    select
        max(case when stage = 'RECEIVED' then applications end) as received,
        max(case when stage = 'APPROVED' then share_of_decided end) as approval_rate
    from report_approval_funnel
    where business_date = :business_date and span = 'DAY'
) as funnel
cross join (
    select max(case when stage = 'APPROVED' then share_of_decided end) as approval_rate
    from report_approval_funnel
    where business_date = :business_date and span = 'MONTH'
) as month_funnel
where collections.business_date = :business_date;
