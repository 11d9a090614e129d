-- servicing.replay_backdated, last part: what was posted is marked so.
-- reads:  replay_loan (temporary)
-- writes: repayment.state
-- repeat: safe; everything happens in one transaction with the step's DONE
create temporary table if not exists replayed (repayment_id bigint not null primary key, amount decimal(18, 2) not null) engine = innodb;
delete from replayed;
insert into replayed (repayment_id, amount)
select p.repayment_id, p.amount
from replay_loan as r
inner join repayment as p on r.loan_id = p.loan_id
where p.state = 'RECEIVED'
    and p.business_date = :business_date
    and (p.kind = 'CHARGEBACK' or (p.kind = 'PAYMENT' and p.value_date < :business_date));
update repayment as p inner join replayed as r on p.repayment_id = r.repayment_id set p.state = 'POSTED';

select (select count(*) from replay_loan) as rows_done, coalesce(sum(amount), 0) as amount from replayed;
