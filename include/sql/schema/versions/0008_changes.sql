-- What may happen to a running loan beyond paying: changes by request with maker and checker, write-off and recovery,
-- chargebacks, reversal of a repayment.

alter table ledger_entry drop constraint ledger_entry_type;
alter table ledger_entry add constraint ledger_entry_type check (
    entry_type in (
        'OPENING', 'DISBURSEMENT', 'PENALTY_CHARGE', 'FEE_CHARGE', 'REPAYMENT', 'HELD_APPLIED', 'WAIVER', 'WRITE_OFF', 'REFUND',
        'CHARGEBACK', 'INTEREST_CUT', 'RECOVERY'
    )
);
-- a chargeback makes owed again what was paid: a negative release
alter table instalment add column interest_cut decimal(18, 2) not null default 0 comment 'of interest_released: will never be earned' after interest_released;
alter table loan add column recovered decimal(18, 2) not null default 0 comment 'received after the write-off' after overpayment;
alter table loan add column written_off_on date;

alter table repayment drop constraint repayment_kind;
alter table repayment add constraint repayment_kind check (kind in ('PAYMENT', 'BOUNCE', 'CHARGEBACK'));
alter table repayment drop constraint repayment_state;
alter table repayment add constraint repayment_state check (state in ('RECEIVED', 'POSTED', 'SUSPENSE', 'BOUNCED', 'REVERSED'));
alter table suspense_item add column resolved_on date;
alter table suspense_item add column change_request_id bigint;

alter table loan_day add column interest_prepaid decimal(18, 2) not null default 0 comment 'paid before it is due' after interest_outstanding;

create table change_kind (
    kind varchar(24) not null primary key,
    name_en varchar(100) not null,
    name_zh varchar(100) not null,
    rule varchar(250) not null comment 'what it does and when it may, in words'
);

create table change_request_transition (
    from_state varchar(16) not null,
    to_state varchar(16) not null,
    rule varchar(250) not null comment 'the condition, in words',
    primary key (from_state, to_state)
);

create table change_request (
    change_request_id bigint not null auto_increment primary key,
    kind varchar(24) not null,
    loan_id bigint comment 'null where none is concerned: an item in suspense',
    state varchar(16) not null default 'REQUESTED',
    amount decimal(18, 2) comment 'null: all of it',
    instalment_no smallint comment 'null: any',
    details varchar(1000) comment 'JSON: what else the kind needs',
    reason varchar(500) not null,
    maker varchar(100) not null,
    business_date date not null comment 'requested on',
    made_at datetime(6) not null default current_timestamp(6),
    checker varchar(100),
    note varchar(500),
    decided_at datetime(6),
    applied_on date comment 'business date on which it took effect',
    error varchar(1000),
    key by_state (state, change_request_id),
    key by_loan (loan_id),
    foreign key (kind) references change_kind (kind),
    constraint change_request_amount check (amount is null or amount > 0),
    constraint change_request_two_people check (checker is null or checker <> maker or state = 'WITHDRAWN')
);

create table change_request_history (
    history_id bigint not null auto_increment primary key,
    change_request_id bigint not null,
    from_state varchar(16),
    to_state varchar(16) not null,
    business_date date not null,
    actor varchar(100) not null,
    reason varchar(1000),
    changed_at datetime(6) not null default current_timestamp(6),
    key by_request (change_request_id)
);
