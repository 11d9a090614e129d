-- reports.expected_cash: how much money should come in on each of the next 90 days?
-- 未来90天预计现金流入
-- By contract, as if everybody paid on the day: nothing is taken off for loans that will pay late or never.
-- Reads: expected_cash_day; loan_day; loan_product (code of a version, which never changes)
-- Writes: report_expected_cash
-- Safe to repeat: replaces the rows of its date; the dated book and expected cash of a closed date no longer change
-- Columns of report_expected_cash (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   expected_on | date | each of the 90 days after business_date, with money or without; business_date itself on the row of what is overdue | 预计日期
--   product_code | code | product, all its versions together | 产品代码
--   kind | code | DUE: instalments not yet due; OVERDUE: one row a product, all that was due by the close and is unpaid | 类别
--   instalments | count | instalments expected; on the OVERDUE row loans that owe | 期数
--   principal | CNY | principal expected; null on the OVERDUE row, which the dated book holds as one sum | 本金
--   interest | CNY | interest expected; null on the OVERDUE row | 利息
--   fee | CNY | fees expected; null on the OVERDUE row | 手续费
--   total | CNY | principal + interest + fee; on the OVERDUE row penalty is in it too | 合计

delete from report_expected_cash where business_date = :business_date;

insert into report_expected_cash (business_date, expected_on, product_code, kind, instalments, principal, interest, fee, total)
with recursive ahead as (
    select 1 as days
    union all
    select days + 1
    from ahead
    where days < 90
),

overdue as (
    select
        loan_product.product_code,
        sum(owing.loans) as loans,
        sum(owing.amount) as amount
    from (
        select
            product_id,
            sum(arrears + due_open > 0) as loans,
            sum(arrears + due_open) as amount
        from loan_day
        where business_date = :business_date and state not in ('PAID_OFF', 'WRITTEN_OFF')
        group by product_id
    ) as owing
    inner join loan_product on loan_product.product_id = owing.product_id
    group by loan_product.product_code
),

expected as (
    select
        expected_cash_day.due_date,
        loan_product.product_code,
        sum(expected_cash_day.instalments) as instalments,
        sum(expected_cash_day.principal) as principal,
        sum(expected_cash_day.interest) as interest,
        sum(expected_cash_day.fee) as fee
    from expected_cash_day
    inner join loan_product on loan_product.product_id = expected_cash_day.product_id
    where
        expected_cash_day.business_date = :business_date
        and expected_cash_day.due_date between cast(:business_date as date) + interval 1 day and cast(:business_date as date) + interval 90 day
    group by expected_cash_day.due_date, loan_product.product_code
)

select
    :business_date,
    :business_date,
    product_code,
    'OVERDUE',
    loans,
    null,
    null,
    null,
    amount
from overdue
union all
select
    :business_date,
    cast(:business_date as date) + interval ahead.days day,
    overdue.product_code,
    'DUE',
    coalesce(expected.instalments, 0),
    coalesce(expected.principal, 0),
    coalesce(expected.interest, 0),
    coalesce(expected.fee, 0),
    coalesce(expected.principal + expected.interest + expected.fee, 0)
from overdue
cross join ahead
left join expected
    on expected.product_code = overdue.product_code and expected.due_date = cast(:business_date as date) + interval ahead.days day;

select
    count(*) as rows_done,
    sum(case when kind = 'DUE' then total end) as amount
from report_expected_cash
where business_date = :business_date;
