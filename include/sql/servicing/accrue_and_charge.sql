-- servicing.accrue_and_charge: interest accrued to this date on every running loan; penalty charged to this date on what was
-- overdue after the receipts valued up to the date before; fees of instalments that fall due or have been overdue for so long.
-- reads:  loan, loan_product, instalment, ledger_entry
-- writes: loan_accrual, ledger_entry (PENALTY_CHARGE, DUE_FEE, LATE_FEE), loan.next_due_date where such a fee moves it
-- repeat: safe; cumulative amounts, and one transaction with the step's DONE

-- What an update joins it locks, in other shards' ranges too. So both updates are worked out into a temporary table first.
create temporary table if not exists next_period (
    loan_id bigint not null primary key, instalment_no smallint not null, completed decimal(18, 2) not null
) engine = innodb;
delete from next_period;
create temporary table if not exists accrued_today (
    loan_id bigint not null primary key,
    accrued decimal(24, 10) not null,
    posted decimal(18, 2) not null,
    posted_before decimal(18, 2) not null
) engine = innodb;
delete from accrued_today;

-- the next period starts accruing the day after the last one ended; what a newer schedule version replaced is passed over, and so
-- are rows without a period of their own
insert into next_period (loan_id, instalment_no, completed)
select a.loan_id, min(n.instalment_no), max(a.completed + i.interest_due - i.interest_cut)
from loan_accrual as a
inner join instalment as i on a.loan_id = i.loan_id and a.instalment_no = i.instalment_no
inner join instalment as n
    on a.loan_id = n.loan_id and n.instalment_no > a.instalment_no and n.period_end > i.period_end and n.moved_on is null
where i.period_end < :business_date and a.loan_id between :loan_from and :loan_to
group by a.loan_id;

update loan_accrual as a
inner join next_period as n on a.loan_id = n.loan_id
set a.completed = n.completed, a.instalment_no = n.instalment_no;

-- accrued = interest of completed periods + interest of this period x days gone / days of the period
insert into accrued_today (loan_id, accrued, posted, posted_before)
select
    loan_id,
    accrued,
    if(rounding = 'HALF_UP', round(accrued, 2), round_half_even(accrued)),
    was_posted
from (
    select
        c.loan_id,
        c.posted as was_posted,
        p.rounding,
        c.completed + cast(i.interest_due - i.interest_cut as decimal(28, 10))
        * least(datediff(:business_date, i.period_start), datediff(i.period_end, i.period_start))
        / datediff(i.period_end, i.period_start) as accrued
    from loan_accrual as c
    inner join loan as l on c.loan_id = l.loan_id
    inner join loan_product as p on l.product_id = p.product_id
    inner join instalment as i on c.loan_id = i.loan_id and c.instalment_no = i.instalment_no
    where c.loan_id between :loan_from and :loan_to
        and c.accrued_to < :business_date
        and l.state <> 'WRITTEN_OFF'
        -- what was paid in advance is earned day by day all the same
        and (l.state <> 'PAID_OFF' or c.accrued_to < l.matures_on)
) as computed;

update loan_accrual as a
inner join accrued_today as n on a.loan_id = n.loan_id
set a.accrued = n.accrued, a.posted = n.posted, a.posted_before = n.posted_before, a.accrued_to = :business_date;

call prepare_posting();
insert into posting_loan (loan_id)
select loan_id
from loan
where next_due_date < :business_date and state not in ('PAID_OFF', 'WRITTEN_OFF') and loan_id between :loan_from and :loan_to;
insert ignore into posting_loan (loan_id)
select i.loan_id
from loan_product as p
inner join loan as l on p.product_id = l.product_id
inner join instalment as i on l.loan_id = i.loan_id
where p.instalment_fee > 0
    and i.due_date = :business_date
    and i.loan_id between :loan_from and :loan_to;
call charge_penalties(:business_date);
call charge_fees(:business_date);
create temporary table if not exists charged (loans int, penalty decimal(18, 2), fee decimal(18, 2)) engine = innodb;
delete from charged;
insert into charged select count(distinct loan_id), coalesce(sum(penalty), 0), coalesce(sum(fee), 0) from posting_entry;
call flush_posting(:business_date);

-- a fee on an instalment that was paid in advance makes it the next one due again; all others are settled later in the day
delete s from posting_loan as s inner join loan as l on s.loan_id = l.loan_id where l.next_due_date <= :business_date;
call settle_loans(:business_date);

select
    count(a.loan_id) as rows_done,
    coalesce(sum(a.posted - a.posted_before), 0) as amount,
    max(c.loans) as loans_charged,
    max(c.penalty) as penalty,
    max(c.fee) as fees
from charged as c
left join loan_accrual as a on a.accrued_to = :business_date and a.loan_id between :loan_from and :loan_to;
