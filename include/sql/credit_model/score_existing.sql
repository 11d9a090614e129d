-- What the customers of waiting applications owe us already; made once for all chunks of applications.
-- Reads application, loan; writes score_existing (temporary). Safe to repeat: it is made anew.
drop temporary table if exists score_existing;

create temporary table score_existing (
    customer_id bigint not null primary key,
    open_loans int not null,
    open_principal decimal(18, 2) not null,
    days_past_due int not null
);

insert into score_existing (customer_id, open_loans, open_principal, days_past_due)
select
    loan.customer_id,
    count(*) as open_loans,
    sum(loan.principal_balance) as open_principal,
    max(loan.days_past_due) as days_past_due
from loan
inner join (
    select distinct customer_id
    from application
    where state = 'NEW'
) as waiting on loan.customer_id = waiting.customer_id
where loan.state not in ('PAID_OFF', 'WRITTEN_OFF')
group by loan.customer_id;
