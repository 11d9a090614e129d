-- Double entry, and the dated book that reports read.

create table journal (
    journal_id bigint not null auto_increment primary key,
    business_date date not null,
    event varchar(24) not null,
    component varchar(12) not null comment 'with event the posting rule that made the line',
    account_code varchar(12) not null,
    debit decimal(18, 2) not null default 0,
    credit decimal(18, 2) not null default 0,
    product_id smallint,
    loan_id bigint comment 'null for sums over a product: accrual, due, provision',
    ledger_entry_id bigint,
    key by_date (business_date, account_code),
    key by_loan (loan_id, account_code),
    key by_entry (ledger_entry_id),
    constraint journal_one_side check ((debit = 0) <> (credit = 0))
);

create table loan_day (
    business_date date not null,
    loan_id bigint not null,
    loan_no varchar(32) not null,
    customer_id bigint not null,
    product_id smallint not null,
    disbursed_on date not null,
    state varchar(16) not null,
    class_code tinyint not null,
    stage tinyint not null,
    days_past_due int not null,
    principal_disbursed decimal(18, 2) not null,
    principal_balance decimal(18, 2) not null,
    interest_outstanding decimal(18, 2) not null comment 'due and unpaid',
    fee_outstanding decimal(18, 2) not null,
    penalty_outstanding decimal(18, 2) not null,
    interest_accrued decimal(18, 2) not null comment 'earned, not yet due',
    arrears decimal(18, 2) not null,
    overpayment decimal(18, 2) not null,
    exposure decimal(18, 2) not null,
    provision decimal(18, 2) not null,
    due_today decimal(18, 2) not null comment 'scheduled to be paid on this date',
    due_open decimal(18, 2) not null comment 'what of due_today is unpaid at the close',
    received_today decimal(18, 2) not null comment 'repayments booked on this date, net of bounces',
    primary key (business_date, loan_id),
    key by_loan (loan_id, business_date)
);

create table expected_cash_day (
    business_date date not null,
    due_date date not null,
    product_id smallint not null,
    instalments int not null,
    principal decimal(18, 2) not null,
    interest decimal(18, 2) not null,
    fee decimal(18, 2) not null,
    primary key (business_date, due_date, product_id)
);
