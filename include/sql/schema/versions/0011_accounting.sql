-- VAT, the trial balance, bank statements and payouts that come back.

create table vat_rate (
    account_code varchar(12) not null comment 'income account, whose amounts have the tax in them',
    valid_from date not null comment 'first value date',
    rate decimal(9, 6) not null comment 'of the amount without tax; 0: exempt',
    primary key (account_code, valid_from),
    foreign key (account_code) references chart_of_accounts (account_code),
    constraint vat_rate_range check (rate >= 0 and rate < 1)
);

-- output VAT: what the income of a date had in it, cumulative so that rounding never loses a cent
create table vat_day (
    business_date date not null,
    account_code varchar(12) not null comment 'income account',
    product_id smallint not null,
    valid_from date not null comment 'with account_code the vat_rate applied, by value date',
    rate decimal(9, 6) not null,
    income decimal(18, 2) not null comment 'of the date, tax included; negative where more was taken back',
    income_to_date decimal(18, 2) not null comment 'sum of income up to the date',
    vat decimal(18, 2) not null comment 'of the date: vat_to_date less that of the row before',
    vat_to_date decimal(18, 2) not null comment 'round(income_to_date x rate / (1 + rate), 2)',
    primary key (account_code, product_id, valid_from, business_date),
    key by_date (business_date)
);

-- the trial balance: every account, on every date that was closed; amounts are debit less credit
create table account_day (
    business_date date not null,
    account_code varchar(12) not null,
    opening decimal(18, 2) not null comment 'balance before the date, negative: credit',
    debit decimal(18, 2) not null,
    credit decimal(18, 2) not null,
    closing decimal(18, 2) generated always as (opening + debit - credit) stored,
    primary key (business_date, account_code)
);

-- dates that were closed before there was a trial balance
insert into account_day (business_date, account_code, opening, debit, credit)
select business_date, account_code, sum(debit - credit) over so_far - (debit - credit), debit, credit
from (
    select d.business_date, a.account_code, coalesce(sum(j.debit), 0) as debit, coalesce(sum(j.credit), 0) as credit
    from business_day as d
    cross join chart_of_accounts as a
    left join journal as j on d.business_date = j.business_date and a.account_code = j.account_code
    where exists (select 1 from step_run as s where s.business_date = d.business_date and s.step = 'close.post_journal' and s.state = 'DONE')
    group by d.business_date, a.account_code
) as moved
window so_far as (partition by account_code order by business_date);

create table report_trial_balance (
    business_date date not null comment 'closed date',
    account_code varchar(12) not null comment 'account',
    name_en varchar(100) not null comment 'its name',
    name_zh varchar(100) not null comment 'its Chinese name',
    kind varchar(10) not null comment 'kind of account',
    opening_debit decimal(18, 2) not null comment 'opening balance, if a debit',
    opening_credit decimal(18, 2) not null comment 'opening balance, if a credit',
    debit decimal(18, 2) not null comment 'debits of the date',
    credit decimal(18, 2) not null comment 'credits of the date',
    closing_debit decimal(18, 2) not null comment 'closing balance, if a debit',
    closing_credit decimal(18, 2) not null comment 'closing balance, if a credit',
    primary key (business_date, account_code)
);

create table report_suspense_ageing (
    business_date date not null comment 'closed date',
    kind varchar(12) not null comment 'what is open',
    bucket_no tinyint not null comment 'order of the bucket',
    bucket varchar(10) not null comment 'days open',
    items int not null comment 'open items',
    received decimal(18, 2) not null comment 'money in',
    paid decimal(18, 2) not null comment 'money out',
    amount decimal(18, 2) not null comment 'in less out',
    oldest_on date comment 'date of the oldest item',
    oldest_days int comment 'days it has been open',
    primary key (business_date, kind, bucket_no)
);

create table bank_statement (
    business_date date not null primary key,
    landing_file_id bigint not null,
    opening decimal(18, 2) not null,
    closing decimal(18, 2) not null
);

create table bank_line (
    bank_line_id bigint not null auto_increment primary key,
    statement_date date not null,
    line_no int not null,
    kind varchar(10) not null,
    value_date date not null,
    amount decimal(18, 2) not null comment 'money in; negative: money out',
    reference varchar(64) not null,
    counterparty_cipher varbinary(512),
    business_date date not null comment 'came in on: later than the statement where it had to be mended first',
    settled_on date comment 'business date on which it was matched or explained',
    note varchar(500) comment 'of a line that was explained by hand',
    actor varchar(100),
    unique key once_only (statement_date, line_no),
    key by_reference (reference, amount),
    key by_settled (settled_on),
    constraint bank_line_kind check (kind in ('RECEIPT', 'BOUNCE', 'PAYOUT', 'RETURN', 'REFUND', 'CHARGE', 'OTHER')),
    constraint bank_line_amount check (amount <> 0)
);

-- what the books say must be on a statement
create table bank_item (
    bank_item_id bigint not null auto_increment primary key,
    kind varchar(10) not null,
    source_id bigint not null comment 'repayment, payout or change request that it comes from, by kind',
    business_date date not null comment 'booked on',
    amount decimal(18, 2) not null comment 'money in; negative: money out',
    reference varchar(64) not null,
    bank_line_id bigint comment 'the line it was matched with',
    settled_on date comment 'business date on which it was matched or explained',
    note varchar(500) comment 'of an item that was explained by hand',
    actor varchar(100),
    unique key once_only (kind, source_id),
    unique key one_line (bank_line_id),
    key by_reference (reference, amount),
    key by_settled (settled_on),
    key by_date (business_date),
    constraint bank_item_kind check (kind in ('REPAYMENT', 'PAYOUT', 'REFUND', 'SUSPENSE'))
);

create table bank_statement_override (
    business_date date not null primary key comment 'closes without a statement',
    reason varchar(500) not null,
    actor varchar(100) not null,
    made_at datetime(6) not null default current_timestamp(6)
);

alter table payout add column returned_on date comment 'a confirmed payout that came back' after confirmed_on;
alter table payout drop constraint payout_state;
alter table payout add constraint payout_state check (state in ('PENDING', 'CONFIRMED', 'FAILED', 'RETURNED'));
