-- The confirmed payout of an application and attempt.
-- Reads: payout, application.
select p.payout_id
from payout as p
inner join application as a on p.application_id = a.application_id
where a.application_no = :application_no
    and p.state = 'CONFIRMED'
    and :attempt = (
        select count(*) from payout as e
        where e.application_id = p.application_id and e.payout_id <= p.payout_id
    );
