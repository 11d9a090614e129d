-- servicing.replay_backdated, first part: which loans live their days again, and from when; money that can't be posted goes to suspense.
-- reads:  repayment, loan, payout, policy_setting, schedule_version, ledger_entry
-- writes: suspense_item, repayment.state, replay_loan (temporary)
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
    if(kind = 'PAYMENT', amount, -amount),
    if(kind = 'PAYMENT', concat('no loan ', loan_no), concat(lower(kind), ' of a payment on no known loan'))
from repayment
where state = 'RECEIVED' and business_date = :business_date and loan_id is null and :loan_from = 0;

-- older than policy allows to replay without approval; what a person matched has been approved
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
    and r.source <> 'SUSPENSE'
    and r.loan_id between :loan_from and :loan_to
    and datediff(:business_date, r.value_date) > cast(s.value as signed);

-- a write-off ends what may be replayed: older money needs the write-off reversed first
insert into suspense_item (repayment_id, business_date, amount, reason)
select r.repayment_id, :business_date, r.amount, concat('value date ', r.value_date, ' is before the write-off of ', l.written_off_on)
from repayment as r
inner join loan as l on r.loan_id = l.loan_id
left join suspense_item as s on r.repayment_id = s.repayment_id
where r.state = 'RECEIVED'
    and r.business_date = :business_date
    and r.kind = 'PAYMENT'
    and r.loan_id between :loan_from and :loan_to
    and r.value_date < l.written_off_on
    and s.repayment_id is null;

-- so does a new schedule version: older money needs approval, and then counts from the version's day
insert into suspense_item (repayment_id, business_date, amount, reason)
select
    r.repayment_id,
    :business_date,
    r.amount,
    concat('value date ', r.value_date, ' is before the new schedule of ', max(v.made_on), ': needs approval, and counts from that day')
from repayment as r
inner join schedule_version as v on r.loan_id = v.loan_id and v.replaces <> 'NOTHING' and v.made_on > r.value_date
left join suspense_item as s on r.repayment_id = s.repayment_id
where r.state = 'RECEIVED'
    and r.business_date = :business_date
    and r.kind = 'PAYMENT'
    and r.value_date < :business_date
    and r.loan_id between :loan_from and :loan_to
    and s.repayment_id is null
group by r.repayment_id, r.amount, r.value_date;

-- a loan whose payout the bank returned takes no money
insert into suspense_item (repayment_id, business_date, amount, reason)
select r.repayment_id, :business_date, r.amount, concat('the payout of loan ', r.loan_no, ' was returned by the bank')
from repayment as r
inner join loan as l on r.loan_id = l.loan_id
inner join payout as p on l.application_id = p.application_id and p.state = 'RETURNED'
left join suspense_item as s on r.repayment_id = s.repayment_id
where r.state = 'RECEIVED'
    and r.business_date = :business_date
    and r.kind = 'PAYMENT'
    and r.loan_id between :loan_from and :loan_to
    and s.repayment_id is null;

-- payments with a bounce today that a new schedule version rests on, because they were posted before it was made
create temporary table if not exists built_on (repayment_id bigint not null primary key, made_on date not null) engine = innodb;
delete from built_on;
insert into built_on (repayment_id, made_on)
select o.repayment_id, max(m.value_date)
from repayment as b
inner join repayment as o on b.source = o.source and b.original_ref = o.external_ref and b.loan_id = o.loan_id
inner join ledger_entry as p on o.repayment_id = p.repayment_id and p.reverses_entry_id is null
inner join ledger_entry as m on o.loan_id = m.loan_id and m.instalment_no = 0 and m.entry_type = 'MOVED_IN' and m.entry_id > p.entry_id
left join ledger_entry as undone on p.entry_id = undone.reverses_entry_id
where b.state = 'RECEIVED'
    and b.business_date = :business_date
    and b.kind = 'BOUNCE'
    and b.loan_id between :loan_from and :loan_to
    and undone.entry_id is null
group by o.repayment_id;

-- each bounce with the payment that it takes back
insert into bounced (bounce_id, original_id)
select min(b.repayment_id), o.repayment_id
from repayment as b
inner join repayment as o on b.source = o.source and b.original_ref = o.external_ref and b.amount = o.amount and b.loan_id = o.loan_id
inner join loan as l on o.loan_id = l.loan_id and (l.written_off_on is null or o.value_date >= l.written_off_on)
inner join policy_setting as s on s.name = 'replay_max_days'
left join built_on as f on o.repayment_id = f.repayment_id
where b.state = 'RECEIVED'
    and b.business_date = :business_date
    and b.kind = 'BOUNCE'
    and b.loan_id between :loan_from and :loan_to
    and o.kind = 'PAYMENT'
    and o.state in ('POSTED', 'RECEIVED')
    and datediff(:business_date, o.value_date) <= cast(s.value as signed)
    and f.repayment_id is null
group by o.repayment_id;

insert into suspense_item (repayment_id, business_date, amount, reason)
select
    b.repayment_id,
    :business_date,
    -b.amount,
    if(
        f.repayment_id is null,
        concat('bounce of ', coalesce(b.original_ref, '?'), ', which is not a posted payment of that amount'),
        concat('bounce of ', b.original_ref, ', from before the new schedule of ', f.made_on, ': match it to have it owed again')
    )
from repayment as b
left join repayment as o on b.source = o.source and b.original_ref = o.external_ref and b.loan_id = o.loan_id
left join built_on as f on o.repayment_id = f.repayment_id
left join bounced as m on b.repayment_id = m.bounce_id
where b.state = 'RECEIVED'
    and b.business_date = :business_date
    and b.kind = 'BOUNCE'
    and b.loan_id between :loan_from and :loan_to
    and m.bounce_id is null;

-- a chargeback takes back at most what is left of a posted payment of a loan that is on the books
insert into suspense_item (repayment_id, business_date, amount, reason)
select c.repayment_id, :business_date, -c.amount, concat('chargeback of ', coalesce(c.original_ref, '?'), ', of which not so much is left to take back')
from repayment as c
inner join loan as l on c.loan_id = l.loan_id
left join repayment as o on c.source = o.source and c.original_ref = o.external_ref and c.loan_id = o.loan_id and o.kind = 'PAYMENT' and o.state = 'POSTED'
left join (
    select q.repayment_id, sum(q.amount) over (partition by q.source, q.original_ref order by q.repayment_id) as amount
    from repayment as q
    where q.kind = 'CHARGEBACK'
        and q.state in ('POSTED', 'RECEIVED')
        and q.original_ref in (
            select original_ref from repayment where state = 'RECEIVED' and business_date = :business_date and kind = 'CHARGEBACK'
        )
) as t on c.repayment_id = t.repayment_id
where c.state = 'RECEIVED'
    and c.business_date = :business_date
    and c.kind = 'CHARGEBACK'
    and c.loan_id between :loan_from and :loan_to
    and (
        -- what a person matched names no payment
        (c.source <> 'SUSPENSE' and (o.repayment_id is null or t.amount > o.amount))
        or l.written_off_on is not null
        or exists (
            select 1
            from schedule_version as v
            where v.loan_id = c.loan_id and v.replaces <> 'NOTHING' and v.made_on > c.value_date
        )
    );

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
        and (kind = 'CHARGEBACK' or (kind = 'PAYMENT' and value_date < :business_date))
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

select (select count(*) from replay_loan) as loans, (select count(*) from bounced) as bounces;
