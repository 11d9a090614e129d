-- Applications whose loan was opened. Writes: application.state. Safe to repeat: only PAYOUT_PENDING ones move.
set @reason = 'paid out';

update application as a
join loan as l on l.application_id = a.application_id
set a.state = 'DISBURSED'
where a.state = 'PAYOUT_PENDING';
