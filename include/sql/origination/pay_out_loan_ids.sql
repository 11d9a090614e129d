-- The numbers that the database gave to the loans just opened. Reads: loan, payout, application.
select
    l.application_id,
    l.loan_id
from loan as l
inner join payout as p on l.application_id = p.application_id and p.state = 'CONFIRMED' and p.confirmed_on = :business_date
inner join application as a on l.application_id = a.application_id and a.state = 'PAYOUT_PENDING';
