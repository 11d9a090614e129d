-- Loans that can teach the score as of a date: the features as they were when the application was decided, and how the loan went.
-- Reads the views training_application and training_loan_day, as the risk team may too. Writes nothing.
-- Nothing later than :as_of counts, so the set of a date can be built again at any time. :months is the performance window.
with matured as (
    select
        application_id,
        loan_id,
        scored_on,
        first_decided_on,
        disbursed_on,
        points,
        features,
        least(disbursed_on + interval :months month, cast(:as_of as date)) as window_end
    from training_application
    where loan_id is not null
      and disbursed_on + interval :months month <= :as_of
),

performance as (
    select
        matured.loan_id,
        max(training_loan_day.days_past_due) as worst_days_past_due,
        max(training_loan_day.state in ('DEFAULTED', 'WRITTEN_OFF')) as defaulted
    from matured
    inner join training_loan_day
        on
            matured.loan_id = training_loan_day.loan_id
            and training_loan_day.business_date between matured.disbursed_on and matured.window_end
    group by matured.loan_id
)

select
    matured.application_id,
    matured.scored_on,
    matured.first_decided_on,
    matured.disbursed_on,
    matured.points,
    matured.features,
    case
        when performance.defaulted = 1 or performance.worst_days_past_due > :bad_days then 'BAD'
        when performance.worst_days_past_due > :indeterminate_days then 'INDETERMINATE'
        else 'GOOD'
    end as outcome
from matured
inner join performance on matured.loan_id = performance.loan_id
order by matured.application_id;
