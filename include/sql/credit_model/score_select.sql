-- The next applications waiting for a score, with the features of the loans that their customers already have with us.
-- Reads application, score_existing (temporary). One text a row, its values parted by the unit separator: a driver's conversion of
-- a million rows value by value takes longer than scoring them. An empty value is one that was not given.
-- Money goes to the score as numbers: here it is a feature, not an amount to book.
select
    concat_ws(
        char(31),
        application.application_id,
        coalesce(application.age, ''),
        coalesce(application.gender, ''),
        coalesce(application.marital, ''),
        coalesce(application.housing, ''),
        coalesce(application.occupation, ''),
        coalesce(application.seniority, ''),
        coalesce(application.income, ''),
        coalesce(application.expenses, ''),
        coalesce(application.assets, ''),
        coalesce(application.debts, ''),
        coalesce(application.adverse_record, ''),
        application.amount,
        coalesce(application.price, ''),
        application.tenor,
        coalesce(score_existing.open_loans, 0),
        coalesce(score_existing.open_principal, 0),
        coalesce(score_existing.days_past_due, 0)
    ) as line
from application
left join score_existing on application.customer_id = score_existing.customer_id
where application.state = 'NEW'
  and application.application_id > :after
order by application.application_id
limit :chunk;
