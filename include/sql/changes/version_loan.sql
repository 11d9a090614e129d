-- The loan ends with its new version's last period; a restructure starts an observation.
-- writes: loan.matures_on, restructured_on, observed_until
-- repeat: safe
update loan
set
    matures_on = :matures_on,
    restructured_on = coalesce(:restructured_on, restructured_on),
    observed_until = coalesce(:observed_until, observed_until)
where loan_id = :loan_id;
