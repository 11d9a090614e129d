-- Delinquency buckets and their history, pauses of the count, default by judgement, the history of classes, accrual stop.

create table delinquency_bucket (
    bucket_code varchar(12) not null primary key,
    name_en varchar(50) not null,
    name_zh varchar(50) not null,
    days_from int not null,
    days_to int comment 'null: no end'
);

create table delinquency_pause (
    pause_id bigint not null auto_increment primary key,
    loan_id bigint not null,
    starts_on date not null,
    ends_on date not null comment 'as agreed; the days between the two are not counted',
    resumed_on date comment 'ended early: nothing is paused from here on',
    made_on date not null comment 'business date',
    change_request_id bigint not null,
    unique key one_per_request (change_request_id),
    key by_loan (loan_id),
    key by_date (made_on),
    constraint delinquency_pause_dates check (starts_on <= ends_on)
);

create table delinquency_history (
    loan_id bigint not null,
    from_date date not null comment 'first close in the bucket, by value date as it is known now',
    to_date date comment 'last close in it; null: still in it',
    bucket_code varchar(12) not null,
    delinquent_days int not null comment 'at the last close in it',
    amount decimal(18, 2) not null comment 'past due at the last close in it',
    primary key (loan_id, from_date)
);

create table loan_class_history (
    history_id bigint not null auto_increment primary key,
    loan_id bigint not null,
    business_date date not null,
    class_code tinyint not null,
    stage tinyint not null,
    accrual_stopped_on date,
    unlikely_to_pay_on date,
    actor varchar(100) not null,
    changed_at datetime(6) not null default current_timestamp(6),
    key by_loan (loan_id, history_id)
) comment 'what a loan was classed as, from each date on which it changed; a loan without rows has been 1, 1 ever since';

alter table loan add column delinquent_days int not null default 0 comment 'days past due less grace and paused days' after days_past_due;
alter table loan add column bucket_code varchar(12) comment 'of delinquent days; null: not delinquent' after delinquent_days;
alter table loan modify column arrears_cleared_on date comment 'since when it has had no arrears and not been unlikely to pay; null: it does, or never did';
alter table loan add column unlikely_to_pay_on date comment 'recorded so by change request; null: not, or withdrawn';
alter table loan add column accrual_stopped_on date comment 'since when its unpaid interest and penalty are in memorandum alone';

alter table asset_class add column improves_after_days int not null default 0 comment 'days without arrears before a loan leaves for a better class';
alter table loan_product add column delinquency_grace_days smallint comment 'null: as many as for penalty' after penalty_compounds;

alter table chart_of_accounts drop constraint account_kind;
alter table chart_of_accounts add constraint account_kind check (kind in ('ASSET', 'LIABILITY', 'EQUITY', 'INCOME', 'EXPENSE', 'MEMORANDUM'));

alter table loan_day add column delinquent_days int not null default 0 comment 'days past due less grace and paused days' after days_past_due;
alter table loan_day add column bucket_code varchar(12) comment 'of delinquent days; null: not delinquent' after delinquent_days;
alter table loan_day add column interest_suspended decimal(18, 2) not null default 0 comment 'of interest_outstanding: in memorandum' after interest_accrued;
alter table loan_day add column accrued_suspended decimal(18, 2) not null default 0 comment 'of interest_accrued: in memorandum' after interest_suspended;
alter table loan_day add column penalty_suspended decimal(18, 2) not null default 0 comment 'of penalty_outstanding: in memorandum' after accrued_suspended;
