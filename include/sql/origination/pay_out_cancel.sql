-- Gives up payouts that the bank returned as often as policy allows.
-- Reads: payout. Writes: application.state. Safe to repeat: a cancelled application is not found again.
set @reason = concat('returned by the bank ', :max_attempts, ' times');

update application as a
inner join (
    select
        application_id,
        count(*) as attempts
    from payout
    group by application_id
) as p on a.application_id = p.application_id
set a.state = 'CANCELLED'
where a.state = 'PAYOUT_FAILED' and p.attempts >= :max_attempts;
