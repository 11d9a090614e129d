-- Applications whose payout the bank returned.
-- Reads: payout. Writes: application.state. Safe to repeat: only PAYOUT_PENDING ones without a payout under way move.
set @reason = 'returned by the bank';

update application as a
join (
    select application_id, sum(state = 'FAILED') as failed, sum(state <> 'FAILED') as others
    from payout
    group by application_id
) as p on p.application_id = a.application_id
set a.state = 'PAYOUT_FAILED'
where a.state = 'PAYOUT_PENDING' and p.failed > 0 and p.others = 0;
