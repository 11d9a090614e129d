-- One page of the refused rows, latest first.
-- Reads: quarantine (by state and data set), landing_file. Writes: nothing.
select
    q.quarantine_id,
    q.dataset,
    q.business_date,
    q.row_no,
    q.state,
    q.reasons,
    q.note,
    q.actor,
    q.reinjected_on,
    f.file_name
from quarantine q
join landing_file f on f.landing_file_id = q.landing_file_id
where (q.state = :state or (:state is null and q.state in ('NEW', 'FIXED')))
    and (:dataset is null or q.dataset = :dataset)
    and (:business_date is null or q.business_date = :business_date)
    and (:rule is null or json_contains(q.reasons, json_object('rule', :rule)))
order by q.quarantine_id desc
limit :size offset :offset;
