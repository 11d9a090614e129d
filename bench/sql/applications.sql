-- bench: as many applications as bench_number has, drawn from bench_applicant, on the open date; a customer for every four.
-- reads:  bench_number, bench_applicant
-- writes: customer, application
-- repeat: no; on an empty schema
-- What is asked for and earned is varied by the number, so that hardly two applications are alike.

insert into customer (customer_id, customer_no, kind, exposure_limit, created_on)
select
    n,
    concat('B', lpad(n, 9, '0')),
    'PERSON',
    500000,
    '2025-01-01'
from bench_number
where n <= 1 + :applications div 4;

insert into application (
    application_no, customer_id, product_code, business_date, amount, tenor, price, age, gender, marital, housing, occupation,
    seniority, income, expenses, assets, debts, adverse_record
)
select
    concat('A', lpad(bench_number.n, 9, '0')),
    1 + bench_number.n div 4,
    'WC-INSTALMENT',
    :business_date,
    applicant.amount + bench_number.n % 977,
    applicant.tenor,
    applicant.price + bench_number.n % 977,
    applicant.age,
    applicant.gender,
    applicant.marital,
    applicant.housing,
    applicant.occupation,
    applicant.seniority,
    applicant.income + (bench_number.n % 9973) / 100,
    applicant.expenses,
    applicant.assets,
    applicant.debts,
    applicant.adverse_record
from bench_number
inner join bench_applicant as applicant on applicant.n = bench_number.n % (select count(*) from bench_applicant as counted)
where bench_number.n <= :applications
order by bench_number.n;
