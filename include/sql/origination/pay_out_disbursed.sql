-- Applications whose loan was opened. Writes: application.state. Safe to repeat: only PAYOUT_PENDING ones move.
set @reason = 'paid out';

update application as a
inner join loan as l on a.application_id = l.application_id
set a.state = 'DISBURSED'
where a.state = 'PAYOUT_PENDING';
