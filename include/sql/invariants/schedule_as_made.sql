-- A schedule is what it was when it was made: its instalments sum to the control totals of its version.
select
    l.loan_no,
    v.version,
    v.principal - coalesce(i.principal_due, 0) as principal_off_by,
    v.interest - coalesce(i.interest_due, 0) as interest_off_by,
    v.fee - coalesce(i.fee_due, 0) as fee_off_by
from schedule_version as v
inner join loan as l on v.loan_id = l.loan_id
left join instalment_total as i on v.loan_id = i.loan_id and v.version = i.version
where v.instalments <> coalesce(i.instalments, 0)
    or v.principal <> coalesce(i.principal_due, 0)
    or v.interest <> coalesce(i.interest_due, 0)
    or v.fee <> coalesce(i.fee_due, 0);
