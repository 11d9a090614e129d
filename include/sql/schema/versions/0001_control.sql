-- Control: which date is open, which steps of it are done, which files came, which rows were refused.

create table business_day (
    business_date date not null primary key,
    state varchar(8) not null default 'OPEN',
    opened_at datetime(6) not null default current_timestamp(6),
    cut_off_at datetime(6),
    closed_at datetime(6),
    -- 1 for the one date that is open or closing, null for all others: the unique key allows a single 1
    is_current tinyint generated always as (case when state in ('OPEN', 'CLOSING') then 1 end) stored,
    unique key one_current_day (is_current),
    constraint business_day_state check (state in ('OPEN', 'CLOSING', 'CLOSED'))
);

create table shard (
    business_date date not null,
    shard smallint not null,
    loan_from bigint not null,
    loan_to bigint not null,
    primary key (business_date, shard)
);

create table step_run (
    business_date date not null,
    step varchar(64) not null,
    shard smallint not null default 0,
    state varchar(8) not null default 'PENDING',
    rows_done bigint,
    amount decimal(18, 2),
    details json,
    code_version varchar(64),
    policy_version varchar(64),
    run_id varchar(250),
    done_at datetime(6),
    primary key (business_date, step, shard),
    constraint step_run_state check (state in ('PENDING', 'DONE'))
);

create table step_attempt (
    attempt_id bigint not null auto_increment primary key,
    business_date date not null,
    step varchar(64) not null,
    shard smallint not null default 0,
    state varchar(8) not null default 'RUNNING',
    started_at datetime(6) not null default current_timestamp(6),
    ended_at datetime(6),
    run_id varchar(250),
    worker varchar(250),
    error text,
    key by_step (business_date, step, shard),
    -- DONE found the step done already or did it; LOST is a RUNNING attempt whose process was never heard of again
    constraint step_attempt_state check (state in ('RUNNING', 'DONE', 'FAILED', 'LOST'))
);

create table landing_file (
    landing_file_id bigint not null auto_increment primary key,
    dataset varchar(32) not null,
    business_date date not null,
    file_name varchar(250) not null,
    sha256 char(64) not null,
    uri varchar(1000) not null,
    state varchar(10) not null default 'PULLED',
    rows_total int,
    rows_accepted int,
    rows_refused int,
    amount_accepted decimal(18, 2),
    record_uri varchar(1000),
    reason text,
    pulled_at datetime(6) not null default current_timestamp(6),
    unique key once_only (dataset, business_date, sha256),
    constraint landing_file_state check (state in ('PULLED', 'VALIDATED', 'LOADED', 'REFUSED'))
);

create table quarantine (
    quarantine_id bigint not null auto_increment primary key,
    landing_file_id bigint not null,
    dataset varchar(32) not null,
    business_date date not null,
    row_no int not null,
    source_row json not null comment 'the row as it came, personal fields encrypted',
    reasons json not null comment 'every failed expectation: column, rule, what to do',
    state varchar(10) not null default 'NEW',
    fixed_row json comment 'the row as mended, personal fields encrypted',
    note varchar(500),
    actor varchar(100),
    reinjected_on date comment 'the business date that the mended row came in with',
    created_at datetime(6) not null default current_timestamp(6),
    unique key one_per_row (landing_file_id, row_no),
    key by_state (state, dataset),
    constraint quarantine_state check (state in ('NEW', 'FIXED', 'DISCARDED', 'REINJECTED'))
);

create table invariant_check (
    business_date date not null,
    invariant varchar(64) not null,
    offending_rows int not null,
    sample json,
    checked_at datetime(6) not null default current_timestamp(6),
    primary key (business_date, invariant)
);
