-- Customers and their applications, up to the decision and the payout.

create table customer (
    customer_id bigint not null auto_increment primary key,
    customer_no varchar(32) not null,
    kind varchar(10) not null,
    region varchar(50),
    industry varchar(50),
    exposure_limit decimal(18, 2) not null,
    created_on date not null,
    unique key by_number (customer_no),
    constraint customer_kind check (kind in ('PERSON', 'ENTERPRISE'))
);

create table customer_identity (
    customer_id bigint not null primary key,
    name_cipher varbinary(512) not null,
    id_number_cipher varbinary(512) not null,
    id_number_digest char(64) not null comment 'keyed digest: finds a person without decrypting anybody',
    phone_cipher varbinary(512),
    email_cipher varbinary(512),
    unique key by_id_number (id_number_digest),
    foreign key (customer_id) references customer (customer_id)
);

create table application (
    application_id bigint not null auto_increment primary key,
    application_no varchar(32) not null,
    customer_id bigint not null,
    product_code varchar(32) not null,
    business_date date not null comment 'the date it came in',
    state varchar(16) not null default 'NEW',
    amount decimal(18, 2) not null,
    currency char(3) not null default 'CNY',
    tenor smallint not null comment 'months asked for',
    purpose varchar(200),
    price decimal(18, 2) comment 'of the goods or stock to be financed',
    payee_cipher varbinary(512) comment 'account to pay out to',
    -- what the applicant declared; null where it was not given
    age smallint,
    gender varchar(8),
    marital varchar(16),
    housing varchar(16),
    occupation varchar(16),
    seniority decimal(5, 1) comment 'years in the occupation',
    income decimal(18, 2) comment 'a month',
    expenses decimal(18, 2) comment 'a month',
    assets decimal(18, 2),
    debts decimal(18, 2),
    adverse_record varchar(3),
    landing_file_id bigint,
    unique key by_number (application_no),
    key by_state (state),
    key by_customer (customer_id),
    foreign key (customer_id) references customer (customer_id)
);

create table application_history (
    history_id bigint not null auto_increment primary key,
    application_id bigint not null,
    from_state varchar(16),
    to_state varchar(16) not null,
    business_date date not null,
    actor varchar(100) not null,
    reason varchar(500),
    changed_at datetime(6) not null default current_timestamp(6),
    key by_application (application_id),
    key by_date (business_date, to_state)
);

create table application_score (
    application_id bigint not null,
    model_name varchar(64) not null,
    model_version varchar(32) not null,
    role varchar(10) not null comment 'CHAMPION decides, CHALLENGER is scored in shadow',
    business_date date not null,
    prob_good double not null,
    points decimal(10, 4) not null,
    reason_codes json not null,
    features json not null comment 'as scored: a past score can be recomputed from them',
    primary key (application_id, model_name, model_version),
    key by_date (business_date),
    constraint application_score_role check (role in ('CHAMPION', 'CHALLENGER'))
);

create table application_decision (
    decision_id bigint not null auto_increment primary key,
    application_id bigint not null,
    business_date date not null,
    outcome varchar(10) not null,
    policy_version varchar(64) not null,
    model_name varchar(64),
    model_version varchar(32),
    points decimal(10, 4),
    rules_fired json not null,
    offer_amount decimal(18, 2),
    offer_rate decimal(9, 6),
    offer_tenor smallint,
    offer_expires_on date,
    decided_by varchar(100) not null,
    why varchar(500),
    key by_application (application_id),
    key by_date (business_date, outcome),
    constraint application_decision_outcome check (outcome in ('APPROVED', 'REFERRED', 'REJECTED'))
);

create table payout (
    payout_id bigint not null auto_increment primary key,
    application_id bigint not null,
    business_date date not null comment 'instructed on',
    amount decimal(18, 2) not null,
    state varchar(10) not null default 'PENDING',
    file_name varchar(250) not null,
    bank_ref varchar(64),
    confirmed_on date,
    reason varchar(250),
    key by_application (application_id),
    key by_state (state),
    constraint payout_state check (state in ('PENDING', 'CONFIRMED', 'FAILED'))
);
