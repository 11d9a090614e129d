-- list_quarantine: the rows in quarantine that fit; without a state those that still wait.
-- reads:  quarantine
-- writes: nothing
-- repeat: safe; it only reads

select
    quarantine_id,
    dataset,
    business_date,
    row_no,
    state,
    reasons
from quarantine
where (:dataset is null or dataset = :dataset)
    and (:business_date is null or business_date = :business_date)
    and (state = :state or (:state is null and state in ('NEW', 'FIXED')))
order by quarantine_id;
