-- Applications that were refused in the time from which the training loans come; their outcome is not known.
-- Reads the view training_application. Writes nothing.
select
    application_id,
    scored_on,
    first_decided_on,
    points,
    prob_good,
    features
from training_application
where outcome = 'REJECTED'
  and decided_on + interval :months month <= :as_of
order by application_id;
