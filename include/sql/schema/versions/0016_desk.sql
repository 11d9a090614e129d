-- The desk: who may do what there, what officers decided, notes and promises, what was unmasked.
-- Rows are only ever added; what ends (a right, a review) is marked with who ended it.

create table desk_right (
    right_id bigint not null auto_increment primary key,
    user_name varchar(100) not null comment 'as Airflow signs them in',
    role varchar(16) not null,
    granted_by varchar(100) not null,
    granted_at datetime(6) not null default current_timestamp(6),
    revoked_by varchar(100),
    revoked_at datetime(6),
    -- 1 while it holds: the unique key allows it once
    is_held tinyint generated always as (case when revoked_at is null then 1 end) stored,
    unique key held_once (user_name, role, is_held),
    constraint desk_right_revoked check ((revoked_by is null) = (revoked_at is null))
);

create table application_review (
    review_id bigint not null auto_increment primary key,
    application_id bigint not null,
    outcome varchar(10) not null,
    state varchar(10) not null,
    amount decimal(18, 2) comment 'null where it is rejected, as rate and tenor are',
    annual_rate decimal(9, 6),
    tenor smallint,
    reason varchar(500) not null,
    officer varchar(100) not null,
    made_on date not null comment 'business date on which the officer decided',
    made_at datetime(6) not null default current_timestamp(6),
    second_person varchar(100),
    note varchar(500),
    ended_at datetime(6),
    effective_on date comment 'business date on which it took effect',
    -- 1 while something is still to come of it: an application has one such review at most
    is_open tinyint generated always as (case when state in ('OPEN', 'WAITING') then 1 end) stored,
    unique key one_open (application_id, is_open),
    key by_state (state),
    foreign key (application_id) references application (application_id),
    constraint application_review_outcome check (outcome in ('APPROVED', 'REJECTED')),
    -- OPEN waits for a second person, WAITING for the next date; RETURNED by the second person, LAPSED with nothing done
    constraint application_review_state check (state in ('OPEN', 'WAITING', 'DONE', 'RETURNED', 'LAPSED')),
    constraint application_review_two_people check (second_person is null or second_person <> officer),
    constraint application_review_offer check (outcome = 'REJECTED' or (amount > 0 and annual_rate is not null and tenor > 0))
) comment 'what officers decided about referred applications';

create table loan_note (
    note_id bigint not null auto_increment primary key,
    loan_id bigint not null,
    kind varchar(10) not null,
    body varchar(2000) not null,
    business_date date not null,
    actor varchar(100) not null,
    made_at datetime(6) not null default current_timestamp(6),
    key by_loan (loan_id, note_id),
    foreign key (loan_id) references loan (loan_id)
) comment 'what was said and done to collect';

create table promise_to_pay (
    promise_id bigint not null auto_increment primary key,
    loan_id bigint not null,
    promised_on date not null comment 'the day by which the money is to come',
    amount decimal(18, 2) not null,
    business_date date not null comment 'the day on which it was promised',
    actor varchar(100) not null,
    made_at datetime(6) not null default current_timestamp(6),
    key by_loan (loan_id, promised_on),
    key by_day (promised_on),
    foreign key (loan_id) references loan (loan_id),
    constraint promise_to_pay_amount check (amount > 0)
);

create table personal_data_shown (
    shown_id bigint not null auto_increment primary key,
    user_name varchar(100) not null,
    customer_id bigint not null,
    fields varchar(200) not null,
    reason varchar(500) not null,
    shown_at datetime(6) not null default current_timestamp(6),
    key by_customer (customer_id, shown_at),
    key by_user (user_name, shown_at)
) comment 'each time that somebody saw personal data unmasked';

-- past cases with nearly the same score
create index by_points on application_score (role, points);
