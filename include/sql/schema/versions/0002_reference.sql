-- Reference: what policy says, as rows that SQL can join. Filled from include/policy by `python -m include.policy.seed`.

create table loan_product (
    product_id smallint not null auto_increment primary key,
    product_code varchar(32) not null,
    version smallint not null comment 'a changed product is a new version: loans stay on the one they were made under',
    content_hash char(64) not null,
    name_en varchar(100) not null,
    name_zh varchar(100) not null,
    method varchar(24) not null,
    frequency varchar(12) not null,
    day_count varchar(12) not null,
    rounding varchar(10) not null,
    due_date_roll varchar(10) not null,
    annual_rate decimal(9, 6) not null comment 'list price; the contract rate is on the loan',
    penalty_rate_factor decimal(9, 6) comment 'x contract rate; null where penalty_rate is fixed',
    penalty_rate decimal(9, 6) comment 'fixed annual penalty rate; null where it follows the contract rate',
    penalty_basis smallint not null comment 'days in a year for penalty',
    penalty_grace_days smallint not null,
    penalty_only_after_grace tinyint not null comment '1: the grace days themselves stay free',
    penalty_compounds tinyint not null comment '1: overdue interest bears penalty too',
    allocation_order varchar(32) not null,
    early_money varchar(10) not null comment 'HOLD until due, ADVANCE to future instalments',
    auto_accept tinyint not null,
    min_amount decimal(18, 2) not null,
    max_amount decimal(18, 2) not null,
    min_tenor smallint not null,
    max_tenor smallint not null,
    unique key one_version (product_code, version),
    constraint loan_product_method check (method in ('EQUAL_INSTALMENT', 'EQUAL_PRINCIPAL', 'INTEREST_ONLY', 'AT_MATURITY')),
    constraint loan_product_early check (early_money in ('HOLD', 'ADVANCE')),
    constraint loan_product_penalty check ((penalty_rate is null) <> (penalty_rate_factor is null))
);

create table allocation_order (
    order_code varchar(32) not null,
    bucket varchar(10) not null,
    component varchar(10) not null,
    bucket_position tinyint not null,
    position tinyint not null,
    by_instalment tinyint not null comment '1: oldest instalment first, components within it; 0: component first',
    primary key (order_code, bucket, component),
    constraint allocation_order_bucket check (bucket in ('PAST_DUE', 'DUE', 'IN_ADVANCE')),
    constraint allocation_order_component check (component in ('PENALTY', 'FEE', 'INTEREST', 'PRINCIPAL'))
);

create table application_transition (
    from_state varchar(16) not null,
    to_state varchar(16) not null,
    rule varchar(250) not null comment 'the condition, in words',
    primary key (from_state, to_state)
);

create table loan_transition (
    from_state varchar(16) not null,
    to_state varchar(16) not null,
    rule varchar(250) not null comment 'the condition, in words',
    primary key (from_state, to_state)
);

create table asset_class (
    class_code tinyint not null primary key comment '1 best, 5 worst',
    name_en varchar(50) not null,
    name_zh varchar(50) not null,
    dpd_from int not null,
    dpd_to int not null,
    coverage decimal(9, 6) not null comment 'provision / exposure',
    is_non_performing tinyint not null
);

create table reminder_rule (
    rule_code varchar(32) not null primary key,
    days_from_due smallint not null comment 'negative: before the due date',
    channel varchar(16) not null,
    subject varchar(200) not null,
    body varchar(1000) not null
);

create table chart_of_accounts (
    account_code varchar(12) not null primary key,
    name_en varchar(100) not null,
    name_zh varchar(100) not null,
    kind varchar(10) not null,
    normal_side varchar(6) not null,
    constraint account_kind check (kind in ('ASSET', 'LIABILITY', 'EQUITY', 'INCOME', 'EXPENSE')),
    constraint account_side check (normal_side in ('DEBIT', 'CREDIT'))
);

create table posting_rule (
    event varchar(24) not null,
    component varchar(12) not null,
    debit_account varchar(12) not null,
    credit_account varchar(12) not null,
    primary key (event, component),
    foreign key (debit_account) references chart_of_accounts (account_code),
    foreign key (credit_account) references chart_of_accounts (account_code)
);

create table calendar_day (
    calendar_date date not null primary key,
    is_business_day tinyint not null,
    note varchar(100)
);

create table policy_setting (
    name varchar(64) not null primary key,
    value varchar(250) not null
);
