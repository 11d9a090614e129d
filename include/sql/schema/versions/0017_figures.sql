-- Reports that the pages read.

-- Whose the loan is, without a look at the live tables. Where a customer belongs may change: the dated book keeps it as it was at the close.
alter table loan_day
    add column customer_no varchar(32) after customer_id,
    add column region varchar(50) comment 'of the customer at the close' after disbursed_on,
    add column industry varchar(50) comment 'of the customer at the close' after region;

update loan_day
inner join customer on loan_day.customer_id = customer.customer_id
set loan_day.customer_no = customer.customer_no;

-- The operations page looks up what came and what was refused by date.
alter table landing_file add key by_date (business_date);
alter table quarantine add key by_date (business_date, state);

create table report_roll_rates (
    business_date date not null comment 'closed date',
    from_no tinyint not null comment 'order of the bucket before',
    to_no tinyint not null comment 'order of the bucket now',
    since date not null comment 'date compared with',
    from_bucket varchar(11) not null comment 'days past due before',
    to_bucket varchar(11) not null comment 'days past due now',
    loans int not null comment 'loans that went this way',
    principal_before decimal(18, 2) not null comment 'principal outstanding before',
    principal_now decimal(18, 2) not null comment 'principal outstanding now',
    loan_share decimal(9, 6) not null comment 'share of the loans of the bucket before',
    principal_share decimal(9, 6) comment 'share of the principal of the bucket before',
    primary key (business_date, from_no, to_no)
);

create table report_concentration (
    business_date date not null comment 'closed date',
    dimension varchar(10) not null comment 'what the book is divided by',
    rank_no smallint not null comment 'order by principal',
    value varchar(50) not null comment 'product, region or industry',
    customers int not null comment 'customers',
    loans int not null comment 'loans',
    principal decimal(18, 2) not null comment 'principal outstanding',
    principal_share decimal(9, 6) comment 'share of principal',
    arrears decimal(18, 2) not null comment 'past due and unpaid',
    overdue_principal decimal(18, 2) not null comment 'principal of loans past due',
    npl_principal decimal(18, 2) not null comment 'non-performing principal',
    npl_ratio decimal(9, 6) comment 'NPL ratio',
    concentration_index decimal(9, 6) comment 'Herfindahl index of the dimension',
    primary key (business_date, dimension, rank_no)
);

create table report_top_exposures (
    business_date date not null comment 'closed date',
    rank_no smallint not null comment 'order by exposure',
    customer_no varchar(32) not null comment 'customer',
    region varchar(50) comment 'region',
    industry varchar(50) comment 'industry',
    loans int not null comment 'loans',
    principal decimal(18, 2) not null comment 'principal outstanding',
    exposure decimal(18, 2) not null comment 'exposure',
    exposure_share decimal(9, 6) comment 'share of the exposure of the book',
    arrears decimal(18, 2) not null comment 'past due and unpaid',
    days_past_due int not null comment 'of the latest loan',
    class_code tinyint not null comment 'worst asset class',
    primary key (business_date, rank_no)
);

create table report_score_bands (
    business_date date not null comment 'closed date',
    span varchar(5) not null comment 'the date, or month to date',
    band_from smallint not null comment 'first point of the band',
    band varchar(9) not null comment 'points',
    applications int not null comment 'applications scored',
    application_share decimal(9, 6) not null comment 'share of applications',
    average_prob_good decimal(9, 6) not null comment 'mean probability of being repaid',
    approved int not null comment 'approved',
    referred int not null comment 'waiting for an officer',
    rejected int not null comment 'rejected',
    approval_rate decimal(9, 6) comment 'approved of decided',
    primary key (business_date, span, band_from)
);
