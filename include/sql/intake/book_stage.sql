-- book_stage: temporary tables that the opening book is brought into before it is taken over.
-- reads:  nothing
-- writes: temporary tables only
-- repeat: safe; they go with the connection

create temporary table book_customer (
    customer_no varchar(32) character set utf8mb4 collate utf8mb4_bin not null primary key,
    kind varchar(10) character set utf8mb4 collate utf8mb4_bin not null,
    region varchar(50) character set utf8mb4 collate utf8mb4_bin,
    industry varchar(50) character set utf8mb4 collate utf8mb4_bin,
    exposure_limit decimal(18, 2) not null,
    created_on date not null,
    name_cipher varbinary(512) not null,
    id_number_cipher varbinary(512) not null,
    id_number_digest char(64) character set utf8mb4 collate utf8mb4_bin not null,
    phone_cipher varbinary(512),
    email_cipher varbinary(512)
) engine = innodb;

create temporary table book_loan (
    loan_no varchar(32) character set utf8mb4 collate utf8mb4_bin not null primary key,
    customer_no varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
    product_code varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
    currency char(3) character set utf8mb4 collate utf8mb4_bin not null,
    annual_rate decimal(9, 6) not null,
    penalty_rate decimal(9, 6) not null,
    principal decimal(18, 2) not null,
    tenor smallint not null,
    disbursed_on date not null,
    matures_on date not null,
    principal_outstanding decimal(18, 2) not null,
    held_money decimal(18, 2) not null,
    state varchar(12) character set utf8mb4 collate utf8mb4_bin not null default 'RUNNING',
    closed_on date,
    charged_off decimal(18, 2) not null default 0,
    details json
) engine = innodb;

create temporary table book_instalment (
    loan_no varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
    instalment_no smallint not null,
    period_start date not null,
    period_end date not null,
    due_date date not null,
    principal_due decimal(18, 2) not null,
    interest_due decimal(18, 2) not null,
    penalty decimal(18, 2) not null,
    primary key (loan_no, instalment_no)
) engine = innodb;

create temporary table book_history (
    line int not null primary key,
    loan_no varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
    event_date date not null,
    kind varchar(12) character set utf8mb4 collate utf8mb4_bin not null,
    principal decimal(18, 2) not null,
    interest decimal(18, 2) not null,
    fee decimal(18, 2) not null,
    penalty decimal(18, 2) not null,
    reference varchar(64) character set utf8mb4 collate utf8mb4_bin
) engine = innodb;

create temporary table book_entry (
    loan_id bigint not null,
    instalment_no smallint not null,
    principal decimal(18, 2) not null,
    penalty decimal(18, 2) not null,
    overpayment decimal(18, 2) not null,
    primary key (loan_id, instalment_no)
) engine = innodb;
