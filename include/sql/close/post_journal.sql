-- close.post_journal: double entry, by posting_rule, for everything that the date moved.
-- reads:  ledger_entry of the date, loan_accrual, instalment due on the date, suspense_item, loan_day of the date and the one before,
--         journal (allowance so far), vat_rate
-- writes: journal, vat_day, account_day (the trial balance)
-- repeat: safe; one transaction with the step's DONE
-- A negative amount (a reversal) is booked on the opposite side. Movements carry their loan and entry; interest, the
-- allowance and what becomes due are sums over a product. Of a loan whose accrual has stopped before the date (stopped), interest
-- is income when it is received: what it still owes goes to memorandum alone.

create temporary table if not exists movement (
    event varchar(24) character set utf8mb4 collate utf8mb4_bin not null,
    component varchar(12) character set utf8mb4 collate utf8mb4_bin not null,
    amount decimal(18, 2) not null,
    product_id smallint,
    loan_id bigint,
    ledger_entry_id bigint
) engine = innodb;
delete from movement;

insert into movement (event, component, amount, product_id, loan_id, ledger_entry_id)
select e.entry_type, c.component, case c.component
    when 'PRINCIPAL' then e.principal
    when 'INTEREST' then e.interest
    when 'FEE' then e.fee
    when 'PENALTY' then e.penalty
    else e.overpayment
end, l.product_id, e.loan_id, e.entry_id
from ledger_entry as e
inner join loan as l on e.loan_id = l.loan_id
inner join posting_rule as c on e.entry_type = c.event
where e.business_date = :business_date;

-- interest earned on the date
insert into movement (event, component, amount, product_id)
select 'ACCRUAL', 'INTEREST', sum(a.posted - a.posted_before), l.product_id
from loan_accrual as a
inner join loan as l on a.loan_id = l.loan_id
where a.accrued_to = :business_date and coalesce(l.accrual_stopped_on, :business_date) >= :business_date
group by l.product_id;

-- interest that becomes due on the date, of loans that were made or taken over before it
insert into movement (event, component, amount, product_id)
select 'DUE', 'INTEREST', sum(i.interest_due - i.interest_cut), l.product_id
from instalment as i
inner join loan as l on i.loan_id = l.loan_id
where i.due_date = :business_date and coalesce(l.accrual_stopped_on, :business_date) >= :business_date
group by l.product_id;

-- interest of an imported book: due and unpaid, and accrued, as of the evening before its first date
insert into movement (event, component, amount, product_id)
select 'OPENING_INTEREST', 'DUE', sum(i.interest_due), l.product_id
from ledger_entry as e
inner join loan as l on e.loan_id = l.loan_id
inner join instalment as i on l.loan_id = i.loan_id and i.due_date <= e.value_date
where e.business_date = :business_date and e.entry_type = 'OPENING' and e.instalment_no = 0
group by l.product_id;

insert into movement (event, component, amount, product_id)
select 'OPENING_INTEREST', 'ACCRUED', sum(t.amount), t.product_id
from (
    select
        l.product_id,
        if(a.accrued_to = :business_date, a.posted_before, a.posted)
        - coalesce((select sum(i.interest_due) from instalment as i where i.loan_id = l.loan_id and i.due_date <= e.value_date), 0) as amount
    from ledger_entry as e
    inner join loan as l on e.loan_id = l.loan_id
    inner join loan_accrual as a on l.loan_id = a.loan_id
    where e.business_date = :business_date and e.entry_type = 'OPENING' and e.instalment_no = 0
) as t
group by t.product_id;

-- in memorandum at the close and at the one before; what accrued and fell due on stopped loans was never booked as income above
create temporary table if not exists suspended (
    product_id smallint not null, component varchar(12) character set utf8mb4 collate utf8mb4_bin not null,
    risen decimal(18, 2) not null comment 'what is kept in memorandum',
    unbooked decimal(18, 2) not null comment 'of it: went there directly'
) engine = innodb;
delete from suspended;
insert into suspended (product_id, component, risen, unbooked)
select
    d.product_id,
    c.component,
    case c.component when 'INTEREST' then d.interest when 'ACCRUED' then d.accrued else d.penalty end,
    0
from (
    select
        product_id,
        sum(if(business_date = :business_date, 1, -1) * interest_suspended) as interest,
        sum(if(business_date = :business_date, 1, -1) * accrued_suspended) as accrued,
        sum(if(business_date = :business_date, 1, -1) * penalty_suspended) as penalty
    from loan_day
    where business_date in (:business_date, :business_date - interval 1 day)
    group by product_id
) as d
inner join posting_rule as c on c.event = 'SUSPENSION';
insert into suspended (product_id, component, risen, unbooked)
select l.product_id, 'ACCRUED', 0, sum(a.posted - a.posted_before)
from loan as l
inner join loan_accrual as a on l.loan_id = a.loan_id
where l.accrual_stopped_on < :business_date and a.accrued_to = :business_date
group by l.product_id;
insert into suspended (product_id, component, risen, unbooked)
select l.product_id, c.component, 0, sum(if(c.component = 'INTEREST', 1, -1) * (i.interest_due - i.interest_cut))
from loan as l
inner join instalment as i on l.loan_id = i.loan_id and i.due_date = :business_date
inner join posting_rule as c on c.event = 'SUSPENSION' and c.component in ('INTEREST', 'ACCRUED')
where l.accrual_stopped_on < :business_date
group by l.product_id, c.component;

insert into movement (event, component, amount, product_id)
select 'SUSPENSION', component, sum(risen - unbooked), product_id
from suspended
group by product_id, component;
insert into movement (event, component, amount, product_id)
select 'MEMORANDUM', component, sum(risen), product_id
from suspended
group by product_id, component;

-- what leaves memorandum by a write-off was never income: it does not use the allowance
insert into movement (event, component, amount, product_id)
select 'WRITE_OFF_UNEARNED', c.component, sum(if(c.component = 'INTEREST', e.interest, e.penalty)), l.product_id
from ledger_entry as e
inner join loan as l on e.loan_id = l.loan_id
inner join posting_rule as c on c.event = 'WRITE_OFF_UNEARNED'
where e.business_date = :business_date and e.entry_type = 'WRITE_OFF' and l.accrual_stopped_on < :business_date
group by c.component, l.product_id;

-- nor was what an imported loan brings whose accrual had stopped before
insert into movement (event, component, amount, product_id)
select 'OPENING_UNEARNED', 'INTEREST', sum(greatest(t.due, t.earned)), t.product_id
from (
    select
        l.product_id,
        coalesce(if(a.accrued_to = :business_date, a.posted_before, a.posted), 0) as earned,
        coalesce((select sum(i.interest_due) from instalment as i where i.loan_id = l.loan_id and i.due_date <= e.value_date), 0) as due
    from ledger_entry as e
    inner join loan as l on e.loan_id = l.loan_id
    left join loan_accrual as a on l.loan_id = a.loan_id
    where e.business_date = :business_date
        and e.entry_type = 'OPENING'
        and e.instalment_no = 0
        and l.accrual_stopped_on is not null
) as t
group by t.product_id;
insert into movement (event, component, amount, product_id)
select 'OPENING_UNEARNED', 'PENALTY', sum(e.penalty), l.product_id
from ledger_entry as e
inner join loan as l on e.loan_id = l.loan_id
where e.business_date = :business_date and e.entry_type = 'OPENING' and l.accrual_stopped_on is not null
group by l.product_id;

-- the claim on a loan written off goes on, less what is recovered
insert into movement (event, component, amount, product_id)
select 'MEMORANDUM', 'CLAIM', sum(if(e.entry_type = 'RECOVERY', -1, 1) * (e.principal + e.interest + e.fee + e.penalty)), l.product_id
from ledger_entry as e
inner join loan as l on e.loan_id = l.loan_id
where e.business_date = :business_date and e.entry_type in ('WRITE_OFF', 'RECOVERY')
group by l.product_id;

-- money of no known loan, and what became of such money on the date
insert into movement (event, component, amount)
select 'SUSPENSE', 'AMOUNT', sum(amount)
from (
    select amount
    from suspense_item
    where business_date = :business_date
    union all
    select -amount
    from suspense_item
    where resolved_on = :business_date
) as t
having sum(amount) <> 0;

-- write-offs and recoveries of the date use and feed the allowance
create temporary table if not exists allowance_moved (product_id smallint, amount decimal(18, 2) not null) engine = innodb;
delete from allowance_moved;
insert into allowance_moved (product_id, amount)
select m.product_id, sum(if(a.credit_account = r.credit_account, m.amount, -m.amount))
from movement as m
inner join posting_rule as r on m.event = r.event and m.component = r.component
inner join posting_rule as a on a.event = 'PROVISION' and a.credit_account in (r.credit_account, r.debit_account)
where m.ledger_entry_id is not null or m.event = 'WRITE_OFF_UNEARNED'
group by m.product_id;

-- the allowance is brought to the provisions of the book
insert into movement (event, component, amount, product_id)
select 'PROVISION', 'AMOUNT', d.provision - coalesce(j.held, 0) - coalesce(w.amount, 0), d.product_id
from (
    select product_id, sum(provision) as provision
    from loan_day
    where business_date = :business_date
    group by product_id
) as d
left join (
    select j.product_id, sum(j.credit - j.debit) as held
    from journal as j
    inner join posting_rule as r on r.event = 'PROVISION' and j.account_code = r.credit_account
    group by j.product_id
) as j on d.product_id = j.product_id
left join allowance_moved as w on d.product_id = w.product_id;

-- VAT in the income of the date, by account, product and rate. The rate is that of the value date, so that a reversal takes back what
-- its entry brought:
--   vat to date = round(income to date x rate / (1 + rate), 2)
-- and the date books the difference to what was booked before: whatever the number of lines, the total is off by half a cent at most.
insert into vat_day (business_date, account_code, product_id, valid_from, rate, income, income_to_date, vat, vat_to_date)
select
    :business_date,
    t.account_code,
    t.product_id,
    t.valid_from,
    t.rate,
    t.income,
    t.income_to_date,
    round(t.income_to_date * t.rate / (1 + t.rate), 2) - t.vat_before,
    round(t.income_to_date * t.rate / (1 + t.rate), 2)
from (
    select
        i.account_code,
        i.product_id,
        i.valid_from,
        i.rate,
        i.income,
        coalesce(b.income, 0) + i.income as income_to_date,
        coalesce(b.vat, 0) as vat_before
    from (
        select
            v.account_code,
            m.product_id,
            v.valid_from,
            v.rate,
            sum(if(v.account_code = r.credit_account, m.amount, -m.amount)) as income
        from movement as m
        inner join posting_rule as r on m.event = r.event and m.component = r.component
        inner join (
            select account_code, valid_from, rate, lead(valid_from) over (partition by account_code order by valid_from) as valid_until
            from vat_rate
        ) as v on v.account_code in (r.credit_account, r.debit_account)
        left join ledger_entry as e on m.ledger_entry_id = e.entry_id
        where m.amount <> 0
            and v.valid_from <= coalesce(e.value_date, :business_date)
            and (v.valid_until is null or v.valid_until > coalesce(e.value_date, :business_date))
        group by v.account_code, m.product_id, v.valid_from, v.rate
    ) as i
    left join (
        select account_code, product_id, valid_from, sum(income) as income, sum(vat) as vat
        from vat_day
        where business_date < :business_date
        group by account_code, product_id, valid_from
    ) as b on i.account_code = b.account_code and i.product_id = b.product_id and i.valid_from = b.valid_from
) as t;

insert into movement (event, component, amount, product_id)
select r.event, r.component, sum(v.vat), v.product_id
from vat_day as v
inner join posting_rule as r on r.event = 'VAT' and v.account_code = r.debit_account
where v.business_date = :business_date
group by r.event, r.component, v.product_id;

insert into journal (business_date, event, component, account_code, debit, credit, product_id, loan_id, ledger_entry_id)
select
    :business_date,
    m.event,
    m.component,
    if(s.side = 'DEBIT', r.debit_account, r.credit_account),
    if((s.side = 'DEBIT') = (m.amount > 0), abs(m.amount), 0),
    if((s.side = 'DEBIT') = (m.amount > 0), 0, abs(m.amount)),
    m.product_id,
    m.loan_id,
    m.ledger_entry_id
from movement as m
inner join posting_rule as r on m.event = r.event and m.component = r.component
cross join (
    select 'DEBIT' as side
    union all
    select 'CREDIT'
) as s
where m.amount <> 0
order by m.ledger_entry_id asc, m.event asc, m.component asc, m.product_id asc, s.side desc;

-- the trial balance: every account opens with what it closed with the date before
insert into account_day (business_date, account_code, opening, debit, credit)
select :business_date, a.account_code, coalesce(p.closing, 0), coalesce(j.debit, 0), coalesce(j.credit, 0)
from chart_of_accounts as a
left join account_day as p on a.account_code = p.account_code and p.business_date = date_sub(:business_date, interval 1 day)
left join (
    select account_code, sum(debit) as debit, sum(credit) as credit
    from journal
    where business_date = :business_date
    group by account_code
) as j on a.account_code = j.account_code;

select count(*) as rows_done, coalesce(sum(debit), 0) as amount, coalesce(sum(credit), 0) as credit
from journal
where business_date = :business_date;
