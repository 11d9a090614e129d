-- Expires offers that nobody accepted and referrals that nobody decided by their last day.
-- Reads: application, application_decision (the latest decision's offer_expires_on). Writes: application.state.
-- Safe to repeat: an expired application is not found again.
drop temporary table if exists expiring;

create temporary table expiring as
select
    a.application_id,
    a.state,
    d.offer_amount
from application as a
inner join application_decision as d on d.decision_id = (
    select max(e.decision_id) from application_decision as e
    where e.application_id = a.application_id
)
where a.state in ('APPROVED', 'REFERRED') and d.offer_expires_on < :business_date;

set @reason = 'nobody accepted or decided in time';

update application as a
inner join expiring as x on a.application_id = x.application_id
set a.state = 'EXPIRED';

select
    count(*) as rows_done,
    coalesce(sum(offer_amount), 0) as amount,
    cast(coalesce(sum(state = 'APPROVED'), 0) as signed) as offers,
    cast(coalesce(sum(state = 'REFERRED'), 0) as signed) as referrals
from expiring;
