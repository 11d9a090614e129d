-- servicing.replay_backdated: loans hit by bounces and by money with an older value date live their days again.
-- reads:  repayment, ledger_entry, instalment, loan, policy_setting
-- writes: ledger_entry (reversals and replacements, booked today with their old value dates), repayment.state, loan states, suspense_item
-- repeat: safe; everything happens in one transaction with the step's DONE

call prepare_posting();
call prepare_replay();

create temporary table if not exists bounced (bounce_id bigint not null primary key, original_id bigint not null unique) engine = innodb;
delete from bounced;

-- money for no known loan, of any value date; the first shard takes it
insert into suspense_item (repayment_id, business_date, amount, reason)
select
    repayment_id,
    :business_date,
    if(kind = 'BOUNCE', -amount, amount),
    if(kind = 'BOUNCE', 'bounce of a payment on no known loan', concat('no loan ', loan_no))
from repayment
where state = 'RECEIVED' and business_date = :business_date and loan_id is null and :loan_from = 0;

-- older than policy allows to replay without approval
insert into suspense_item (repayment_id, business_date, amount, reason)
select
    r.repayment_id,
    :business_date,
    r.amount,
    concat('value date ', r.value_date, ' is more than ', s.value, ' days back: needs approval')
from repayment as r
inner join policy_setting as s on s.name = 'replay_max_days'
where r.state = 'RECEIVED'
    and r.business_date = :business_date
    and r.kind = 'PAYMENT'
    and r.loan_id between :loan_from and :loan_to
    and datediff(:business_date, r.value_date) > cast(s.value as signed);

-- each bounce with the payment that it takes back
insert into bounced (bounce_id, original_id)
select min(b.repayment_id), o.repayment_id
from repayment as b
inner join repayment as o on b.source = o.source and b.original_ref = o.external_ref and b.amount = o.amount and b.loan_id = o.loan_id
inner join policy_setting as s on s.name = 'replay_max_days'
where b.state = 'RECEIVED'
    and b.business_date = :business_date
    and b.kind = 'BOUNCE'
    and b.loan_id between :loan_from and :loan_to
    and o.kind = 'PAYMENT'
    and o.state in ('POSTED', 'RECEIVED')
    and datediff(:business_date, o.value_date) <= cast(s.value as signed)
group by o.repayment_id;

insert into suspense_item (repayment_id, business_date, amount, reason)
select b.repayment_id, :business_date, -b.amount, concat('bounce of ', coalesce(b.original_ref, '?'), ', which is not a posted payment of that amount')
from repayment as b
left join bounced as m on b.repayment_id = m.bounce_id
where b.state = 'RECEIVED'
    and b.business_date = :business_date
    and b.kind = 'BOUNCE'
    and b.loan_id between :loan_from and :loan_to
    and m.bounce_id is null;

update repayment as r
inner join suspense_item as s on r.repayment_id = s.repayment_id
set r.state = 'SUSPENSE'
where r.state = 'RECEIVED' and r.business_date = :business_date and coalesce(r.loan_id, 0) between :loan_from and :loan_to;

-- a loan replays from its oldest new value date; a payment that bounced before it was posted needs no replay
insert into replay_loan (loan_id, from_date)
select loan_id, min(value_date)
from (
    select loan_id, value_date
    from repayment
    where state = 'RECEIVED'
        and business_date = :business_date
        and kind = 'PAYMENT'
        and value_date < :business_date
        and loan_id between :loan_from and :loan_to
    union all
    select o.loan_id, o.value_date
    from bounced as m
    inner join repayment as o on m.original_id = o.repayment_id
    where o.state = 'POSTED'
) as older
group by loan_id;

update repayment as r inner join bounced as m on r.repayment_id = m.original_id set r.state = 'BOUNCED';
update repayment as r inner join bounced as m on r.repayment_id = m.bounce_id set r.state = 'POSTED';

call replay_loans(:business_date);

create temporary table if not exists replayed (repayment_id bigint not null primary key) engine = innodb;
delete from replayed;
insert into replayed (repayment_id)
select p.repayment_id
from replay_loan as r
inner join repayment as p on r.loan_id = p.loan_id
where p.state = 'RECEIVED' and p.kind = 'PAYMENT' and p.business_date = :business_date and p.value_date < :business_date;
update repayment as p inner join replayed as r on p.repayment_id = r.repayment_id set p.state = 'POSTED';

select
    (select count(*) from replay_loan) as rows_done,
    (select coalesce(sum(p.amount), 0) from replayed as r inner join repayment as p on r.repayment_id = p.repayment_id) as amount,
    (select count(*) from bounced) as bounces;
