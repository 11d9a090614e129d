-- The loan ends with its new version's last period; a restructure starts an observation.
-- writes: loan.matures_on, restructured_on, observed_until, restructured_times (first: it reads them as they were)
-- repeat: safe; in one transaction with the change's APPLIED
update loan
set
    restructured_times = if(
        :restructured_on is null, restructured_times, if(observed_until >= :restructured_on, restructured_times + 1, 1)
    ),
    matures_on = :matures_on,
    restructured_on = coalesce(:restructured_on, restructured_on),
    observed_until = coalesce(:observed_until, observed_until)
where loan_id = :loan_id;
