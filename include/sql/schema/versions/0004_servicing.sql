-- Loans and the ledger. Three kinds of columns on loan and instalment:
--   scheduled  inserted with a schedule version, never changed
--   moved      written by the trigger on ledger_entry alone
--   derived    recomputed by steps from the two above

create table loan (
    loan_id bigint not null auto_increment primary key,
    loan_no varchar(32) not null,
    application_id bigint,
    customer_id bigint not null,
    product_id smallint not null,
    currency char(3) not null default 'CNY',
    annual_rate decimal(9, 6) not null,
    penalty_rate decimal(9, 6) not null,
    principal decimal(18, 2) not null comment 'contract amount',
    tenor smallint not null,
    disbursed_on date not null comment 'value date: interest starts here',
    matures_on date not null,
    source varchar(10) not null default 'ORIGINATED',
    state varchar(16) not null default 'ACTIVE',
    -- moved
    principal_disbursed decimal(18, 2) not null default 0,
    principal_paid decimal(18, 2) not null default 0,
    principal_released decimal(18, 2) not null default 0 comment 'waived, written off or moved to a new schedule',
    interest_paid decimal(18, 2) not null default 0,
    interest_released decimal(18, 2) not null default 0,
    fee_charged decimal(18, 2) not null default 0,
    fee_paid decimal(18, 2) not null default 0,
    fee_released decimal(18, 2) not null default 0,
    penalty_charged decimal(18, 2) not null default 0,
    penalty_paid decimal(18, 2) not null default 0,
    penalty_released decimal(18, 2) not null default 0,
    overpayment decimal(18, 2) not null default 0 comment 'money of the customer held on the loan',
    principal_balance decimal(18, 2) generated always as (principal_disbursed - principal_paid - principal_released) virtual,
    -- derived
    next_due_date date comment 'of the oldest instalment that is not fully paid; null when none is left',
    days_past_due int not null default 0,
    arrears decimal(18, 2) not null default 0 comment 'past due and unpaid',
    class_code tinyint not null default 1,
    stage tinyint not null default 1,
    defaulted_on date,
    arrears_cleared_on date comment 'since when a defaulted loan has had no arrears: its probation',
    unique key by_number (loan_no),
    unique key one_per_application (application_id),
    key by_customer (customer_id),
    key by_next_due (next_due_date),
    key by_overpayment (overpayment),
    foreign key (customer_id) references customer (customer_id),
    foreign key (product_id) references loan_product (product_id),
    constraint loan_no_negative check (
        principal_paid >= 0 and interest_paid >= 0 and fee_paid >= 0 and penalty_paid >= 0 and overpayment >= 0
        and principal_paid + principal_released <= principal_disbursed
    )
);

create table loan_history (
    history_id bigint not null auto_increment primary key,
    loan_id bigint not null,
    from_state varchar(16),
    to_state varchar(16) not null,
    business_date date not null,
    actor varchar(100) not null,
    reason varchar(500),
    changed_at datetime(6) not null default current_timestamp(6),
    key by_loan (loan_id),
    key by_date (business_date, to_state)
);

create table instalment (
    loan_id bigint not null,
    instalment_no smallint not null,
    version smallint not null default 1 comment 'schedule version that brought it in',
    period_start date not null,
    period_end date not null,
    due_date date not null comment 'period_end, rolled to a business day by the product',
    penalty_from date not null comment 'penalty counts from here: the due date, or the cut-over of an imported loan',
    principal_due decimal(18, 2) not null,
    interest_due decimal(18, 2) not null,
    fee_due decimal(18, 2) not null default 0,
    -- moved
    principal_paid decimal(18, 2) not null default 0,
    principal_released decimal(18, 2) not null default 0,
    interest_paid decimal(18, 2) not null default 0,
    interest_released decimal(18, 2) not null default 0,
    fee_charged decimal(18, 2) not null default 0,
    fee_paid decimal(18, 2) not null default 0,
    fee_released decimal(18, 2) not null default 0,
    penalty_charged decimal(18, 2) not null default 0,
    penalty_paid decimal(18, 2) not null default 0,
    penalty_released decimal(18, 2) not null default 0,
    outstanding decimal(18, 2) generated always as (
        principal_due + interest_due + fee_due + fee_charged + penalty_charged
        - principal_paid - interest_paid - fee_paid - penalty_paid
        - principal_released - interest_released - fee_released - penalty_released
    ) virtual,
    primary key (loan_id, instalment_no),
    key by_due_date (due_date),
    key by_period_end (period_end),
    constraint instalment_no_negative check (
        principal_paid >= 0 and interest_paid >= 0 and fee_paid >= 0 and penalty_paid >= 0
        and principal_paid + principal_released <= principal_due
        and interest_paid + interest_released <= interest_due
        and fee_paid + fee_released <= fee_due + fee_charged
        and penalty_paid + penalty_released <= penalty_charged
    )
);

create table schedule_version (
    loan_id bigint not null,
    version smallint not null,
    instalments smallint not null,
    principal decimal(18, 2) not null,
    interest decimal(18, 2) not null,
    fee decimal(18, 2) not null,
    made_on date not null,
    reason varchar(100) not null,
    primary key (loan_id, version)
) comment 'control totals of a schedule as it was made';

create table repayment (
    repayment_id bigint not null auto_increment primary key,
    source varchar(32) not null,
    external_ref varchar(64) not null,
    channel varchar(10) not null,
    kind varchar(10) not null default 'PAYMENT',
    loan_no varchar(32) not null comment 'as the payer gave it',
    loan_id bigint comment 'null: no such loan, the money is in suspense',
    amount decimal(18, 2) not null,
    currency char(3) not null default 'CNY',
    value_date date not null,
    business_date date not null comment 'booked on',
    original_ref varchar(64) comment 'of a BOUNCE: external_ref of the payment that bounced, same source',
    state varchar(10) not null default 'RECEIVED',
    landing_file_id bigint,
    received_at datetime(6) not null default current_timestamp(6),
    unique key once_only (source, external_ref),
    key by_loan (loan_id, value_date),
    key by_date (business_date, state),
    key by_original (source, original_ref),
    constraint repayment_channel check (channel in ('BANK', 'COUNTER', 'ONLINE')),
    constraint repayment_kind check (kind in ('PAYMENT', 'BOUNCE')),
    constraint repayment_state check (state in ('RECEIVED', 'POSTED', 'SUSPENSE', 'BOUNCED')),
    constraint repayment_amount check (amount > 0),
    constraint repayment_value_date check (value_date <= business_date)
);

create table ledger_entry (
    entry_id bigint not null auto_increment primary key,
    loan_id bigint not null,
    instalment_no smallint not null comment '0: the loan as a whole',
    entry_type varchar(16) not null,
    business_date date not null comment 'booked on',
    value_date date not null comment 'counts from',
    principal decimal(18, 2) not null default 0,
    interest decimal(18, 2) not null default 0,
    fee decimal(18, 2) not null default 0,
    penalty decimal(18, 2) not null default 0,
    overpayment decimal(18, 2) not null default 0,
    repayment_id bigint,
    reverses_entry_id bigint comment 'the entry that this one takes back: same type, amounts negated',
    actor varchar(100) not null,
    booked_at datetime(6) not null default current_timestamp(6),
    key by_instalment (loan_id, instalment_no, value_date),
    key by_date (business_date, entry_type),
    key by_repayment (repayment_id),
    unique key reversed_once (reverses_entry_id),
    constraint ledger_entry_type check (
        entry_type in ('OPENING', 'DISBURSEMENT', 'PENALTY_CHARGE', 'FEE_CHARGE', 'REPAYMENT', 'HELD_APPLIED', 'WAIVER', 'WRITE_OFF', 'REFUND')
    ),
    constraint ledger_entry_moves check (
        principal <> 0 or interest <> 0 or fee <> 0 or penalty <> 0 or overpayment <> 0
    ),
    constraint ledger_entry_value_date check (value_date <= business_date)
);

create table suspense_item (
    suspense_id bigint not null auto_increment primary key,
    repayment_id bigint not null,
    business_date date not null,
    amount decimal(18, 2) not null,
    reason varchar(250) not null,
    state varchar(10) not null default 'OPEN',
    unique key one_per_repayment (repayment_id),
    constraint suspense_state check (state in ('OPEN', 'MATCHED', 'RETURNED'))
);

create table loan_accrual (
    loan_id bigint not null primary key,
    instalment_no smallint not null comment 'the period that is accruing',
    completed decimal(18, 2) not null comment 'interest of the periods before it',
    accrued decimal(24, 10) not null comment 'cumulative, unrounded',
    posted decimal(18, 2) not null comment 'cumulative, rounded: what the journal holds',
    posted_before decimal(18, 2) not null comment 'posted as of the date before: the difference is the movement of the date',
    accrued_to date not null
);

create table reminder (
    reminder_id bigint not null auto_increment primary key,
    loan_id bigint not null,
    instalment_no smallint not null,
    rule_code varchar(32) not null,
    business_date date not null,
    due_date date not null,
    amount decimal(18, 2) not null,
    channel varchar(16) not null,
    state varchar(10) not null default 'QUEUED',
    sent_at datetime(6),
    note varchar(250),
    unique key once_only (loan_id, instalment_no, rule_code),
    key by_state (state),
    constraint reminder_state check (state in ('QUEUED', 'SENT', 'WITHDRAWN', 'FAILED'))
);
