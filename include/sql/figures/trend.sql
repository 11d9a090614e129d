-- The book, what moved and how it holds, date by date.
-- reads:  report_portfolio, report_collections, report_classification, report_approval_funnel, by ranges of their keys
-- writes: nothing
with book as (
    select
        business_date,
        sum(principal) as principal,
        sum(disbursed_today) as disbursed,
        sum(received_today) as received,
        sum(npl_principal) as npl_principal,
        max(npl_ratio_of_book) as npl_ratio
    from report_portfolio
    where business_date between :first_date and :last_date
    group by business_date
),

provided as (
    select
        business_date,
        sum(provision) as provision,
        sum(case when stage >= 2 then exposure else 0 end) as risen_exposure
    from report_classification
    where business_date between :first_date and :last_date
    group by business_date
)

select
    book.business_date,
    book.principal,
    book.disbursed,
    book.received,
    book.npl_principal,
    book.npl_ratio,
    provided.provision,
    provided.risen_exposure,
    collections.due_today,
    collections.collected_of_due,
    collections.collection_rate,
    collections.overdue_principal,
    collections.arrears,
    collections.overdue_principal / nullif(book.principal, 0) as overdue_ratio,
    funnel.share_of_decided as approval_rate
from book
inner join report_collections as collections on book.business_date = collections.business_date
left join provided on book.business_date = provided.business_date
left join report_approval_funnel as funnel
    on book.business_date = funnel.business_date and funnel.span = 'MONTH' and funnel.stage = 'APPROVED'
order by book.business_date;
