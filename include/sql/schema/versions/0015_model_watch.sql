-- Watching the credit score: what it was trained on, what it met since, how its loans went, and the risk team's own view.

create table score_reference (
    model_name varchar(64) not null,
    model_version varchar(32) not null,
    feature varchar(64) not null comment 'a feature of the score, or points for the score itself',
    bin_no smallint not null comment '0 not given; numbers in rising order; the last of a category takes what training never saw',
    upper_bound double comment 'of a number, included; null: no end',
    category varchar(64) comment 'of a category; null: any other',
    share double not null comment 'of the training set',
    primary key (model_name, model_version, feature, bin_no)
) comment 'distribution of the training set, stored with the version';

create table score_bin_day (
    business_date date not null,
    model_name varchar(64) not null,
    model_version varchar(32) not null,
    feature varchar(64) not null,
    bin_no smallint not null,
    role varchar(10) not null,
    applications int not null,
    primary key (business_date, model_name, model_version, feature, bin_no)
) comment 'scored applications of a date by bin of the reference, counted while they are scored; model_source has 0 registry, 1 cache';

create table score_limit (
    measure varchar(16) not null primary key,
    limit_low decimal(12, 6),
    limit_high decimal(12, 6),
    min_count int not null comment 'fewer applications or loans are shown and not judged'
) comment 'include/policy/model_watch.yaml';

create table model_loan (
    loan_id bigint not null primary key,
    model_name varchar(64) not null,
    model_version varchar(32) not null comment 'of the score that decided',
    prob_good double not null,
    points decimal(10, 4) not null
) comment 'what was predicted of each loan';

create table model_loan_bad (
    loan_id bigint not null primary key,
    bad_on date not null comment 'first closed date on which it was bad, within its performance window'
);

create table report_model_outcomes (
    business_date date not null comment 'closed date',
    model_version varchar(32) not null comment 'version that decided',
    cut varchar(8) not null comment 'how loans are grouped',
    slice varchar(16) not null comment 'group',
    loans int not null comment 'loans',
    matured_loans int not null comment 'loans whose window has passed',
    predicted_bad decimal(9, 6) comment 'predicted bad rate',
    observed_bad decimal(9, 6) comment 'bad rate so far',
    observed_to_predicted decimal(12, 6) comment 'observed / predicted',
    primary key (business_date, model_version, cut, slice)
);

create table report_model_health (
    business_date date not null comment 'closed date',
    span varchar(5) not null comment 'the date, or month to date',
    model_version varchar(32) not null comment 'version',
    measure varchar(16) not null comment 'what is watched',
    subject varchar(64) not null comment 'of what',
    role varchar(10) not null comment 'role of the version',
    counted int not null comment 'applications or loans behind it',
    figure decimal(12, 6) comment 'figure',
    limit_low decimal(12, 6) comment 'lower limit',
    limit_high decimal(12, 6) comment 'upper limit',
    breached tinyint comment 'outside its limits',
    new_breach tinyint not null comment 'and was not on the date before',
    primary key (business_date, span, model_version, measure, subject)
);

-- What the risk team works with: every decided application as it was scored, and how its loan went. No number, name, account
-- or free text by which a person could be found; ids mean nothing outside this database.
create view training_application as
select
    a.application_id,
    a.business_date as received_on,
    a.product_code,
    s.model_name,
    s.model_version,
    s.business_date as scored_on,
    s.prob_good,
    s.points,
    s.reason_codes,
    s.features,
    first_decision.business_date as first_decided_on,
    last_decision.business_date as decided_on,
    last_decision.outcome,
    last_decision.policy_version,
    last_decision.rules_fired,
    last_decision.decided_by not like 'step:%' as by_person,
    l.loan_id,
    l.disbursed_on
from application as a
inner join application_decision as first_decision on first_decision.decision_id = (
    select min(d.decision_id) from application_decision as d
    where d.application_id = a.application_id
)
inner join application_decision as last_decision on last_decision.decision_id = (
    select max(d.decision_id) from application_decision as d
    where d.application_id = a.application_id
)
inner join application_score as s
    on
        a.application_id = s.application_id
        and first_decision.model_name = s.model_name
        and first_decision.model_version = s.model_version
left join loan as l on a.application_id = l.application_id;

create view training_loan_day as
select
    d.business_date,
    d.loan_id,
    l.application_id,
    d.disbursed_on,
    d.state,
    d.days_past_due,
    d.principal_disbursed,
    d.principal_balance,
    d.arrears
from loan_day as d
inner join loan as l on d.loan_id = l.loan_id
where l.application_id is not null;
