-- The lines of a date's payout file. The reference names application and attempt: the same in every run of the date.
-- Reads: payout, application, customer_identity.
select
    concat(a.application_no, '-', (
        select count(*) from payout as e
        where e.application_id = p.application_id and e.payout_id <= p.payout_id
    )) as reference,
    i.name_cipher,
    a.payee_cipher,
    p.amount,
    a.currency,
    p.business_date as value_date
from payout as p
inner join application as a on p.application_id = a.application_id
left join customer_identity as i on a.customer_id = i.customer_id
where p.business_date = :business_date
order by a.application_no, p.payout_id;
