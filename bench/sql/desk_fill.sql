-- One chunk of a large book for the desk's pages: loans :first to :last. See desk_fill.py.
drop temporary table if exists number;

create temporary table number (n bigint not null primary key);

insert into number (n)
select :first + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d as n
from (select 0 as d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9) as a
cross join (select 0 as d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9) as b
cross join (select 0 as d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9) as c
cross join (select 0 as d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9) as e
cross join (select 0 as d union all select 1 union all select 2 union all select 3 union all select 4) as f
where :first + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d <= :last;

insert into customer (customer_id, customer_no, kind, exposure_limit, created_on)
select n, concat('C', lpad(n, 8, '0')), 'PERSON', 500000, '2025-01-01' from number;

insert into application (application_id, application_no, customer_id, product_code, business_date, state, amount, tenor, age, income, expenses)
select
    n, concat('A', lpad(n, 8, '0')), n, 'WC-INSTALMENT', '2026-02-27', if(n % 2000 = 0, 'REFERRED', 'DISBURSED'),
    20000 + n % 900 * 100, 12, 30, 15000, 5000
from number;

insert into application_history (application_id, from_state, to_state, business_date, actor)
select n, 'UNDER_REVIEW', 'APPROVED', '2026-02-27', 'bench' from number;

insert into application_score (
    application_id, model_name, model_version, role, business_date, prob_good, points, reason_codes, features
)
select n, 'credit_score', '1', 'CHAMPION', '2026-02-27', 0.9, 480 + n % 120 + n % 10000 / 10000, '[]', '{}' from number;

insert into application_decision (
    application_id, business_date, outcome, policy_version, points, rules_fired, offer_amount, offer_rate, offer_tenor, offer_expires_on,
    decided_by
)
select
    n, '2026-02-27', if(n % 2000 = 0, 'REFERRED', 'APPROVED'), 'bench', 480 + n % 120, '[]', 20000, 0.1, 12, '2026-03-06', 'bench'
from number;

insert into loan (
    loan_id, loan_no, application_id, customer_id, product_id, annual_rate, penalty_rate, principal, tenor, disbursed_on, matures_on, state,
    principal_disbursed, next_due_date, days_past_due
)
select
    n, concat('LB', lpad(n, 8, '0')), if(n % 2000 = 0, null, n), n, 1, 0.1, 0.15, 12000, 12, '2025-12-02', '2026-12-02',
    if(n % 20 = 0, 'OVERDUE', 'ACTIVE'), 12000, '2026-03-02', if(n % 20 = 0, 12, 0)
from number;

insert into loan_history (loan_id, from_state, to_state, business_date, actor)
select n, null, 'ACTIVE', '2025-12-02', 'bench' from number;

insert into schedule_version (loan_id, version, instalments, principal, interest, fee, made_on, reason)
select n, 1, 12, 12000, 1200, 0, '2025-12-02', 'bench' from number;

insert into instalment (
    loan_id, instalment_no, period_start, period_end, due_date, penalty_from, principal_due, interest_due
)
select
    n.n, i.no, date_add('2025-12-02', interval i.no - 1 month), date_add('2025-12-02', interval i.no month),
    date_add('2025-12-02', interval i.no month), date_add('2025-12-02', interval i.no month), 1000, 100
from number as n
cross join (
    select 1 as no union all select 2 union all select 3 union all select 4 union all select 5 union all select 6
    union all select 7 union all select 8 union all select 9 union all select 10 union all select 11 union all select 12
) as i
order by n.n, i.no;

insert into repayment (source, external_ref, channel, loan_no, loan_id, amount, value_date, business_date, state)
select 'bench', concat('P', n), 'BANK', concat('LB', lpad(n, 8, '0')), n, 1100, '2026-01-02', '2026-01-02', 'POSTED' from number;

insert into ledger_entry (loan_id, instalment_no, entry_type, business_date, value_date, principal, interest, actor)
select n.n, e.no, e.kind, e.day, e.day, e.principal, e.interest, 'bench'
from number as n
cross join (
    select 0 as no, 'DISBURSEMENT' as kind, '2025-12-02' as day, 12000 as principal, 0 as interest
    union all
    select 1, 'REPAYMENT', '2026-01-02', 1000, 100
    union all
    select 2, 'REPAYMENT', '2026-02-02', 1000, 100
) as e
order by n.n, e.no;

insert into journal (business_date, event, component, account_code, debit, credit, product_id, loan_id)
select '2025-12-02', 'DISBURSEMENT', 'PRINCIPAL', '1301', 12000, 0, 1, n from number;

insert into loan_day (
    business_date, loan_id, loan_no, customer_id, product_id, disbursed_on, state, class_code, stage, days_past_due, principal_disbursed,
    principal_balance, interest_outstanding, fee_outstanding, penalty_outstanding, interest_accrued, arrears, overpayment, exposure,
    provision, due_today, due_open, received_today
)
select
    date_sub('2026-03-02', interval d.day day), n.n, concat('LB', lpad(n.n, 8, '0')), n.n, 1, '2025-12-02', 'ACTIVE', 1, 1, 0, 12000, 10000,
    0, 0, 0, 0, 0, 0, 10000, 100, 0, 0, 0
from number as n
cross join (select 1 as day union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7) as d
where d.day <= :days
order by d.day, n.n;
