-- Everybody who was decided about in the time from which the training loans come, whatever the decision: whom the score meets.
-- Reads the view training_application. Writes nothing. The first decision counts: a later one does not make another set.
select features
from training_application
where first_decided_on + interval :months month <= :as_of
order by application_id;
