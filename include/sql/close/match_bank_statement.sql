-- close.match_bank_statement: what the date booked that must be on a bank statement; then lines and items that say the same, by
-- reference and amount, oldest first. What is left on either side stays open and ages (report_suspense_ageing).
-- reads:  repayment, payout, application, ledger_entry, loan, suspense_item, bank_statement, policy_setting
-- writes: bank_item, bank_line
-- repeat: safe; an item comes in once (unique key), a line and an item are matched once; one transaction with the step's DONE
-- Items begin with the date of the first statement: what was booked before it is in its opening balance.

insert into bank_item (kind, source_id, business_date, amount, reference)
select 'REPAYMENT', r.repayment_id, r.business_date, if(r.kind = 'PAYMENT', r.amount, -r.amount), r.external_ref
from repayment as r
inner join policy_setting as c on c.name = 'bank_statement_channels' and find_in_set(r.channel, c.value)
inner join policy_setting as p on p.name = 'bank_statement_payouts'
where r.business_date = :business_date
    -- money that a person takes out of suspense has been received before
    and r.source <> 'SUSPENSE'
    and (r.source <> 'PAYOUT_RETURN' or p.value = 'True')
    and exists (select 1 from bank_statement);

insert into bank_item (kind, source_id, business_date, amount, reference)
select
    'PAYOUT',
    p.payout_id,
    p.confirmed_on,
    -p.amount,
    concat(a.application_no, '-', (
        select count(*) from payout as e
        where e.application_id = p.application_id and e.payout_id <= p.payout_id
    ))
from payout as p
inner join application as a on p.application_id = a.application_id
inner join policy_setting as s on s.name = 'bank_statement_payouts' and s.value = 'True'
where p.confirmed_on = :business_date and p.state in ('CONFIRMED', 'RETURNED') and exists (select 1 from bank_statement);

-- refunds of a loan on a date are transferred together; a replay that takes one back and books it anew moves nothing
insert into bank_item (kind, source_id, business_date, amount, reference)
select 'REFUND', min(e.entry_id), :business_date, sum(e.overpayment), concat('RF-', l.loan_no)
from ledger_entry as e
inner join loan as l on e.loan_id = l.loan_id
where e.business_date = :business_date and e.entry_type = 'REFUND' and exists (select 1 from bank_statement)
group by l.loan_no
having sum(e.overpayment) <> 0;

insert into bank_item (kind, source_id, business_date, amount, reference)
select 'SUSPENSE', s.suspense_id, :business_date, -s.amount, left(concat('SR-', r.external_ref), 64)
from suspense_item as s
inner join repayment as r on s.repayment_id = r.repayment_id
inner join policy_setting as c on c.name = 'bank_statement_channels' and find_in_set(r.channel, c.value)
where s.resolved_on = :business_date and s.state = 'RETURNED' and exists (select 1 from bank_statement);

create temporary table if not exists bank_match (
    bank_item_id bigint not null primary key, bank_line_id bigint not null unique, amount decimal(18, 2) not null
) engine = innodb;
delete from bank_match;

insert into bank_match (bank_item_id, bank_line_id, amount)
select i.bank_item_id, l.bank_line_id, l.amount
from (
    select bank_item_id, reference, amount, row_number() over (partition by reference, amount order by business_date, bank_item_id) as place
    from bank_item
    where settled_on is null
) as i
inner join (
    select
        bank_line_id, reference, amount,
        row_number() over (partition by reference, amount order by statement_date, line_no) as place
    from bank_line
    where settled_on is null and reference <> ''
) as l on i.reference = l.reference and i.amount = l.amount and i.place = l.place;

update bank_item as i
inner join bank_match as m on i.bank_item_id = m.bank_item_id
set i.bank_line_id = m.bank_line_id, i.settled_on = :business_date;

update bank_line as l
inner join bank_match as m on l.bank_line_id = m.bank_line_id
set l.settled_on = :business_date;

select
    count(*) as rows_done,
    coalesce(sum(amount), 0) as amount,
    (select count(*) from bank_line where settled_on is null) as open_lines,
    (select count(*) from bank_item where settled_on is null) as open_items
from bank_match;
