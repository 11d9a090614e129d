-- stage_bank_statement: a temporary table for the accepted rows of a bank statement; the last statement adds one.
-- reads:  nothing
-- writes: temporary tables only
-- repeat: safe; the table goes with the connection

drop temporary table if exists staged_statement;

create temporary table staged_statement (
    position int not null primary key,
    booking_date date not null,
    line_no int not null,
    kind varchar(10) not null,
    value_date date not null,
    amount decimal(18, 2) not null,
    reference varchar(64) not null,
    counterparty_cipher varbinary(512),
    quarantine_id bigint comment 'of a mended row',
    verdict varchar(20) comment 'null: to be loaded; KNOWN: loaded before; else why it cannot be loaded',
    unique key by_line (booking_date, line_no)
) engine = innodb character set utf8mb4 collate utf8mb4_bin;

insert into staged_statement (position, booking_date, line_no, kind, value_date, amount, reference, counterparty_cipher, quarantine_id)
values (:position, :booking_date, :line_no, :kind, :value_date, :amount, :reference, :counterparty_cipher, :quarantine_id);
