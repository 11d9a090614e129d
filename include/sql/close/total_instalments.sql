-- close.reconcile_and_close: instalments summed by loan and version, once for all invariants that ask for sums.
-- reads:  instalment
-- writes: instalment_total (temporary)
-- repeat: safe; computed anew

create temporary table if not exists instalment_total (
    loan_id bigint not null,
    version smallint not null,
    instalments int not null,
    principal_due decimal(18, 2) not null,
    interest_due decimal(18, 2) not null,
    fee_due decimal(18, 2) not null,
    principal_paid decimal(18, 2) not null,
    interest_paid decimal(18, 2) not null,
    fee_paid decimal(18, 2) not null,
    penalty_paid decimal(18, 2) not null,
    charged decimal(18, 2) not null,
    released decimal(18, 2) not null,
    owed decimal(18, 2) not null,
    arrears decimal(18, 2) not null,
    next_due_date date not null comment '9999-12-31: none',
    primary key (loan_id, version)
) engine = innodb;

delete from instalment_total;

insert into instalment_total
select
    loan_id,
    version,
    count(*),
    sum(principal_due),
    sum(interest_due),
    sum(fee_due),
    sum(principal_paid),
    sum(interest_paid),
    sum(fee_paid),
    sum(penalty_paid),
    sum(fee_charged + penalty_charged),
    sum(principal_released + interest_released + fee_released + penalty_released),
    sum(outstanding),
    sum(if(due_date < :business_date, outstanding, 0)),
    min(if(outstanding > 0, due_date, date '9999-12-31'))
from instalment
group by loan_id, version;
