-- What a month moved up to a date.
-- reads:  report_portfolio, report_collections by a range of their keys
-- writes: nothing
select
    moved.dates,
    moved.new_loans,
    moved.disbursed,
    moved.received,
    collected.due,
    collected.collected,
    collected.collected / nullif(collected.due, 0) as collection_rate,
    collected.newly_overdue_loans,
    collected.cured_loans,
    collected.defaulted_loans,
    collected.paid_off_loans
from (
    select
        count(distinct business_date) as dates,
        coalesce(sum(new_loans), 0) as new_loans,
        coalesce(sum(disbursed_today), 0) as disbursed,
        coalesce(sum(received_today), 0) as received
    from report_portfolio
    where business_date between :first_date and :last_date
) as moved
cross join (
    select
        coalesce(sum(due_today), 0) as due,
        coalesce(sum(collected_of_due), 0) as collected,
        coalesce(sum(newly_overdue_loans), 0) as newly_overdue_loans,
        coalesce(sum(cured_loans), 0) as cured_loans,
        coalesce(sum(defaulted_loans), 0) as defaulted_loans,
        coalesce(sum(paid_off_loans), 0) as paid_off_loans
    from report_collections
    where business_date between :first_date and :last_date
) as collected;
