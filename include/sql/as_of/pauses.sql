-- Days that were agreed not to count as delinquent, as known on a date or, by value date, as known now (as_of/loan).
-- reads: delinquency_pause
select starts_on, if(resumed_on is not null and (:by_value or resumed_on <= :as_of), least(ends_on, resumed_on), ends_on) as ends_on
from delinquency_pause
where loan_id = :loan_id and (:by_value or made_on <= :as_of)
order by starts_on;
