-- The numbers that the database gave to the loans just opened. Reads: loan, payout, application.
select l.application_id, l.loan_id
from loan as l
join payout as p on p.application_id = l.application_id and p.state = 'CONFIRMED' and p.confirmed_on = :business_date
join application as a on a.application_id = l.application_id and a.state = 'PAYOUT_PENDING';
