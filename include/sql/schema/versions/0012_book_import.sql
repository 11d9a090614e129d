-- A loan book taken over from another system: the take-over itself, what that system knew of each loan, and its history.

create table book_import (
    book_import_id tinyint not null default 1 primary key comment '1: a lender takes over one book',
    cut_over date not null comment 'the book holds as of the end of this date',
    first_date date not null comment 'business date that booked it',
    manifest_sha256 char(64) not null comment 'of manifest.json, which names the hashes of the files',
    totals json not null comment 'control totals as the database had them',
    actor varchar(100) not null,
    taken_over_at datetime(6) not null default current_timestamp(6),
    constraint book_import_once check (book_import_id = 1)
);

create table imported_loan (
    loan_id bigint not null primary key,
    state varchar(12) not null comment 'at the cut-over, as the old system had it',
    principal_outstanding decimal(18, 2) not null,
    closed_on date comment 'paid off or written off on',
    charged_off decimal(18, 2) not null default 0 comment 'principal written off before the cut-over: the claim goes on off balance',
    details json comment 'what else the old system knew, as it came',
    foreign key (loan_id) references loan (loan_id),
    constraint imported_loan_state check (state in ('RUNNING', 'PAID_OFF', 'WRITTEN_OFF')),
    constraint imported_loan_closed check ((state = 'RUNNING') = (closed_on is null))
);

create table imported_event (
    loan_id bigint not null,
    event_no int not null comment 'in the order of its dates',
    event_date date not null,
    kind varchar(12) not null,
    principal decimal(18, 2) not null default 0,
    interest decimal(18, 2) not null default 0,
    fee decimal(18, 2) not null default 0,
    penalty decimal(18, 2) not null default 0,
    reference varchar(64) comment 'of the old system',
    primary key (loan_id, event_no),
    constraint imported_event_kind check (kind in ('DISBURSEMENT', 'REPAYMENT', 'CHARGE_OFF', 'RECOVERY'))
) comment 'history before the cut-over: to be read, no part of the ledger';
