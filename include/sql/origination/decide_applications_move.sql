-- Applications go where the decision of this date sends them; the trigger writes their history.
-- Writes: application.state. Safe to repeat: only what is still UNDER_REVIEW moves.
set @reason = concat('credit policy ', :policy_version);

update application as a
inner join application_decision as d on a.application_id = d.application_id and d.business_date = :business_date and d.decided_by = :decided_by
set a.state = d.outcome
where a.state = 'UNDER_REVIEW';
