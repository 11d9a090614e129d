-- reports.expected_cash: how much money should come in on each of the next 90 days?
-- 未来90天预计现金流入
-- By contract, as if everybody paid on the day: nothing is taken off for loans that will pay late or never.
-- reads:  expected_cash_day; loan_product (code of a version, which never changes)
-- writes: report_expected_cash
-- repeat: safe; replaces the rows of its date; the expected cash of a closed date no longer changes
-- columns of report_expected_cash (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   expected_on | date | each of the 90 days after business_date, with money or without; business_date itself on the OVERDUE row | 预计日期
--   product_code | code | product, all its versions together | 产品代码
--   kind | code | DUE: instalments not yet due; OVERDUE: one row a product, all that was due by the close and is unpaid | 类别
--   instalments | count | instalments that the money belongs to | 期数
--   principal | CNY | principal expected | 本金
--   interest | CNY | interest expected | 利息
--   fee | CNY | fees expected, and penalty that is charged and unpaid | 手续费及罚息
--   total | CNY | principal + interest + fee | 合计

delete from report_expected_cash
where business_date = :business_date;

insert into report_expected_cash (business_date, expected_on, product_code, kind, instalments, principal, interest, fee, total)
with recursive ahead as (
    select 0 as days
    union all
    select days + 1
    from ahead
    where days < 90
),

-- what is overdue stands on the business date itself
expected as (
    select
        expected_cash_day.due_date,
        loan_product.product_code,
        sum(expected_cash_day.instalments) as instalments,
        sum(expected_cash_day.principal) as principal,
        sum(expected_cash_day.interest) as interest,
        sum(expected_cash_day.fee) as fee
    from expected_cash_day
    inner join loan_product on expected_cash_day.product_id = loan_product.product_id
    where expected_cash_day.business_date = :business_date
    group by expected_cash_day.due_date, loan_product.product_code
),

product as (
    select distinct product_code
    from expected
)

select
    :business_date,
    cast(:business_date as date) + interval ahead.days day as expected_on,
    product.product_code,
    case when ahead.days = 0 then 'OVERDUE' else 'DUE' end as kind,
    coalesce(expected.instalments, 0) as instalments,
    coalesce(expected.principal, 0) as principal,
    coalesce(expected.interest, 0) as interest,
    coalesce(expected.fee, 0) as fee,
    coalesce(expected.principal + expected.interest + expected.fee, 0) as total
from product
cross join ahead
left join expected
    on product.product_code = expected.product_code and expected.due_date = cast(:business_date as date) + interval ahead.days day;

select
    count(*) as rows_done,
    sum(case when kind = 'DUE' then total end) as amount
from report_expected_cash
where business_date = :business_date;
