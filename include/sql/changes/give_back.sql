-- Interest that was paid in advance on periods which a new schedule version will replace goes back to the money held on the loan: the
-- entry that paid it is reversed and booked again without it, from the same value date.
-- reads:  changing_loan (temporary), instalment, ledger_entry
-- writes: posting_entry (temporary)
-- repeat: safe; a reversed entry is not found again

create temporary table if not exists prepaid_entry (
    entry_id bigint not null primary key,
    loan_id bigint not null,
    instalment_no smallint not null,
    entry_type varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
    value_date date not null,
    principal decimal(18, 2) not null,
    interest decimal(18, 2) not null,
    fee decimal(18, 2) not null,
    penalty decimal(18, 2) not null,
    overpayment decimal(18, 2) not null,
    repayment_id bigint
) engine = innodb;
delete from prepaid_entry;

insert into prepaid_entry
select
    e.entry_id, e.loan_id, e.instalment_no, e.entry_type, e.value_date, e.principal, e.interest, e.fee, e.penalty, e.overpayment,
    e.repayment_id
from changing_loan as c
inner join instalment as i on c.loan_id = i.loan_id and i.period_end > :business_date and i.moved_on is null and i.interest_paid > 0
inner join ledger_entry as e on i.loan_id = e.loan_id and i.instalment_no = e.instalment_no
left join ledger_entry as undone on e.entry_id = undone.reverses_entry_id
where e.entry_type in ('REPAYMENT', 'HELD_APPLIED') and e.interest > 0 and e.reverses_entry_id is null and undone.entry_id is null;

insert into posting_entry (
    loan_id, instalment_no, entry_type, value_date, principal, interest, fee, penalty, overpayment, repayment_id, reverses_entry_id
)
select
    loan_id, instalment_no, entry_type, value_date, -principal, -interest, -fee, -penalty, -overpayment, repayment_id, entry_id
from prepaid_entry
order by entry_id desc;

insert into posting_entry (loan_id, instalment_no, entry_type, value_date, principal, fee, penalty, overpayment, repayment_id)
select
    loan_id, instalment_no, entry_type, value_date, principal, fee, penalty,
    if(entry_type = 'HELD_APPLIED', -principal - fee - penalty, 0),
    repayment_id
from prepaid_entry
where principal + fee + penalty > 0
order by entry_id;

insert into posting_entry (loan_id, instalment_no, entry_type, value_date, overpayment, repayment_id)
select loan_id, 0, 'REPAYMENT', value_date, interest, repayment_id
from prepaid_entry
where entry_type = 'REPAYMENT'
order by entry_id;

select count(*) as rows_done from prepaid_entry;
