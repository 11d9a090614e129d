-- Applications waiting for a score, with the features of the loans that their customers already have with us.
-- Reads application, loan. Money goes to the score as numbers: here it is a feature, not an amount to book.
with existing as (
    select
        loan.customer_id,
        count(*) as open_loans,
        sum(loan.principal_balance) as open_principal,
        max(loan.days_past_due) as days_past_due
    from loan
    where loan.state not in ('PAID_OFF', 'WRITTEN_OFF')
      and exists (
          select 1
          from application
          where application.customer_id = loan.customer_id
            and application.state = 'NEW'
      )
    group by loan.customer_id
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
left join existing on application.customer_id = existing.customer_id
where application.state = 'NEW'
order by application.application_id;
