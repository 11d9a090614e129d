-- What management reads: one set of rows per closed date in each table, replaced when the report is run again.
-- Amounts are CNY, shares and ratios fractions of 1. docs/reports.md is made from this file and from include/sql/reports.

create table report_portfolio (
    business_date date not null comment 'closed date',
    product_code varchar(32) not null comment 'product',
    state varchar(16) not null comment 'state of the loans',
    loans int not null comment 'loans',
    principal decimal(18, 2) not null comment 'principal outstanding',
    interest_outstanding decimal(18, 2) not null comment 'interest due and unpaid',
    fee_outstanding decimal(18, 2) not null comment 'fees unpaid',
    penalty_outstanding decimal(18, 2) not null comment 'penalty unpaid',
    interest_accrued decimal(18, 2) not null comment 'interest earned, not yet due',
    arrears decimal(18, 2) not null comment 'past due and unpaid',
    overpayment decimal(18, 2) not null comment 'customers'' money held',
    new_loans int not null comment 'loans disbursed on the date',
    disbursed_today decimal(18, 2) not null comment 'paid out on the date',
    received_today decimal(18, 2) not null comment 'repaid on the date, net of bounces',
    principal_repaid_today decimal(18, 2) not null comment 'principal repaid on the date',
    npl_principal decimal(18, 2) not null comment 'non-performing principal',
    npl_ratio_of_product decimal(9, 6) comment 'NPL ratio of the product',
    npl_ratio_of_book decimal(9, 6) comment 'NPL ratio of the book',
    primary key (business_date, product_code, state)
);

create table report_ageing (
    business_date date not null comment 'closed date',
    bucket_no tinyint not null comment 'order of the bucket',
    bucket varchar(10) not null comment 'days past due',
    loans int not null comment 'loans',
    principal decimal(18, 2) not null comment 'principal outstanding',
    arrears decimal(18, 2) not null comment 'past due and unpaid',
    loan_share decimal(9, 6) comment 'share of loans',
    principal_share decimal(9, 6) comment 'share of principal',
    arrears_share decimal(9, 6) comment 'share of arrears',
    primary key (business_date, bucket_no)
);

create table report_approval_funnel (
    business_date date not null comment 'closed date',
    span varchar(5) not null comment 'the date, or month to date',
    stage_no tinyint not null comment 'order of the stage',
    stage varchar(10) not null comment 'stage reached',
    applications int not null comment 'applications',
    amount_asked decimal(18, 2) not null comment 'amount asked for',
    amount_granted decimal(18, 2) comment 'amount offered',
    share_of_received decimal(9, 6) comment 'share of received',
    share_of_decided decimal(9, 6) comment 'share of decided',
    average_days decimal(9, 2) comment 'turnaround, calendar days',
    average_business_days decimal(9, 2) comment 'turnaround, business days',
    primary key (business_date, span, stage_no)
);

create table report_collections (
    business_date date not null comment 'closed date' primary key,
    due_loans int not null comment 'loans with an instalment due',
    due_today decimal(18, 2) not null comment 'due on the date',
    collected_of_due decimal(18, 2) not null comment 'of it paid by the close',
    due_open decimal(18, 2) not null comment 'of it unpaid at the close',
    collection_rate decimal(9, 6) comment 'paid of due',
    payments int not null comment 'payments received',
    payments_amount decimal(18, 2) not null comment 'money received',
    bounced decimal(18, 2) not null comment 'money that bounced',
    to_suspense decimal(18, 2) not null comment 'money that could not be posted',
    received_principal decimal(18, 2) not null comment 'posted to principal',
    received_interest decimal(18, 2) not null comment 'posted to interest',
    received_fee decimal(18, 2) not null comment 'posted to fees',
    received_penalty decimal(18, 2) not null comment 'posted to penalty',
    received_overpayment decimal(18, 2) not null comment 'held for the customer',
    held_applied decimal(18, 2) not null comment 'held money used',
    overdue_loans int not null comment 'loans past due',
    overdue_principal decimal(18, 2) not null comment 'principal of loans past due',
    arrears decimal(18, 2) not null comment 'past due and unpaid',
    newly_overdue_loans int not null comment 'loans that fell past due',
    cured_loans int not null comment 'loans that were cured',
    defaulted_loans int not null comment 'loans that defaulted',
    paid_off_loans int not null comment 'loans paid off',
    newly_overdue_principal decimal(18, 2) not null comment 'principal that fell past due',
    cured_principal decimal(18, 2) not null comment 'principal that was cured',
    defaulted_principal decimal(18, 2) not null comment 'principal that defaulted'
);

create table report_classification (
    business_date date not null comment 'closed date',
    class_code tinyint not null comment 'asset class',
    stage tinyint not null comment 'IFRS 9 stage',
    loans int not null comment 'loans',
    exposure decimal(18, 2) not null comment 'exposure',
    coverage decimal(9, 6) comment 'provision / exposure',
    provision decimal(18, 2) not null comment 'provision',
    loans_movement int not null comment 'change of loans',
    exposure_movement decimal(18, 2) not null comment 'change of exposure',
    provision_movement decimal(18, 2) not null comment 'change of provision',
    primary key (business_date, class_code, stage)
);

create table report_expected_cash (
    business_date date not null comment 'closed date',
    expected_on date not null comment 'expected on',
    product_code varchar(32) not null comment 'product',
    kind varchar(7) not null comment 'due or overdue',
    instalments int not null comment 'instalments',
    principal decimal(18, 2) not null comment 'principal',
    interest decimal(18, 2) not null comment 'interest',
    fee decimal(18, 2) not null comment 'fees and penalty',
    total decimal(18, 2) not null comment 'total',
    primary key (business_date, expected_on, product_code)
);

create table report_vintage (
    business_date date not null comment 'closed date',
    vintage_month date not null comment 'month of disbursement',
    months_on_book smallint not null comment 'months on book',
    loans int not null comment 'loans',
    disbursed decimal(18, 2) not null comment 'disbursed',
    balance decimal(18, 2) not null comment 'principal outstanding',
    balance_share decimal(9, 6) comment 'outstanding of disbursed',
    late_30_balance decimal(18, 2) not null comment 'principal over 30 days past due',
    ever_30_loans int not null comment 'loans ever over 30 days past due',
    ever_30_share decimal(9, 6) comment 'share ever over 30 days',
    ever_90_loans int not null comment 'loans ever over 90 days past due',
    ever_90_share decimal(9, 6) comment 'share ever over 90 days',
    primary key (business_date, vintage_month, months_on_book)
);

create table report_vintage_late (
    business_date date not null comment 'first date so late',
    loan_id bigint not null comment 'loan',
    over_days smallint not null comment 'threshold',
    disbursed_on date not null comment 'disbursed on',
    primary key (business_date, loan_id, over_days),
    key by_loan (loan_id, over_days, business_date)
);
