-- Applications waiting for a score, with the features of the loans that their customers already have with us.
-- Reads application, loan. Money goes to the score as numbers: here it is a feature, not an amount to book.
with existing as (
    select
        customer_id,
        count(*) as open_loans,
        sum(principal_balance) as open_principal,
        max(days_past_due) as days_past_due
    from loan
    where state not in ('PAID_OFF', 'WRITTEN_OFF')
      and customer_id in (select customer_id from application where state = 'NEW')
    group by customer_id
)

select
    application.application_id,
    application.age,
    application.gender,
    application.marital,
    application.housing,
    application.occupation,
    application.seniority,
    application.income,
    application.expenses,
    application.assets,
    application.debts,
    application.adverse_record,
    application.amount,
    application.price,
    application.tenor,
    coalesce(existing.open_loans, 0) as open_loans,
    coalesce(existing.open_principal, 0) as open_principal,
    coalesce(existing.days_past_due, 0) as days_past_due
from application
left join existing on existing.customer_id = application.customer_id
where application.state = 'NEW'
order by application.application_id
for update;
