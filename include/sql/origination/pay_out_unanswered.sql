-- Payouts that the bank has been told of and has not answered, by reference.
-- Reads: payout, application.
select
    p.payout_id,
    concat(a.application_no, '-', (
        select count(*) from payout as e
        where e.application_id = p.application_id and e.payout_id <= p.payout_id
    )) as reference
from payout as p
inner join application as a on p.application_id = a.application_id
where p.state = 'PENDING'
order by a.application_no, p.payout_id;
