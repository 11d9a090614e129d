-- Instructs the payout of every accepted offer, and again of those that the bank returned.
-- Reads: application, application_decision (the latest approval). Writes: payout, application.state.
-- Safe to repeat: what is instructed is PAYOUT_PENDING and not found again. Without an account nothing can be paid: those wait.
insert into payout (application_id, business_date, amount, state, file_name)
select
    a.application_id,
    :business_date,
    d.offer_amount,
    'PENDING' as state,
    :file_name
from application as a
inner join application_decision as d on d.decision_id = (
    select max(e.decision_id) from application_decision as e
    where e.application_id = a.application_id and e.outcome = 'APPROVED'
)
where a.state in ('ACCEPTED', 'PAYOUT_FAILED') and a.payee_cipher is not null
order by a.application_no;

set @reason = concat('instructed in ', :file_name);

update application as a
inner join payout as p on a.application_id = p.application_id and p.business_date = :business_date and p.state = 'PENDING'
set a.state = 'PAYOUT_PENDING'
where a.state in ('ACCEPTED', 'PAYOUT_FAILED');
