-- stage_repayments: a temporary table for the accepted repayments of a file; the last statement adds one.
-- reads:  nothing
-- writes: temporary tables only
-- repeat: safe; the table goes with the connection

drop temporary table if exists staged_repayment;

create temporary table staged_repayment (
    position int not null primary key,
    source varchar(32) not null,
    external_ref varchar(64) not null,
    channel varchar(10) not null,
    kind varchar(10) not null,
    loan_no varchar(32) not null,
    loan_id bigint,
    amount decimal(18, 2) not null,
    currency char(3) not null,
    value_date date not null,
    original_ref varchar(64),
    verdict varchar(16) comment 'null: to be loaded; KNOWN: loaded before; else why it cannot be loaded',
    unique key by_reference (source, external_ref)
) engine = innodb character set utf8mb4 collate utf8mb4_bin;

insert into staged_repayment (position, source, external_ref, channel, kind, loan_no, amount, currency, value_date, original_ref)
values (:position, :source, :external_ref, :channel, :kind, :loan_no, :amount, :currency, :value_date, :original_ref);
