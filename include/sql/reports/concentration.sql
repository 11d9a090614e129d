-- reports.concentration: on which products, regions and industries does the book lean?
-- 集中度(产品、地区、行业)
-- Paid-off and written-off loans are left out. Region and industry are those of the customer as they were at the close.
-- reads:  loan_day; loan_product (code of a version, which never changes)
-- writes: report_concentration
-- repeat: safe; replaces the rows of its date; loan_day of a closed date no longer changes
-- columns of report_concentration (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   dimension | code | PRODUCT, REGION or INDUSTRY; each of them divides the whole book | 维度
--   rank_no | number | 1 for the largest principal, within the dimension | 排名
--   value | text | code of the product (all its versions together), region or industry; UNKNOWN where it was not given | 取值
--   customers | count | customers that owe something here | 客户数
--   loans | count | loans | 贷款笔数
--   principal | CNY | principal outstanding | 本金余额
--   principal_share | fraction | principal / principal of the book | 余额占比
--   arrears | CNY | everything past due and unpaid | 逾期金额
--   overdue_principal | CNY | principal outstanding of loans at least 1 day past due | 逾期贷款余额
--   npl_principal | CNY | principal of classes 3 to 5 (substandard, doubtful, loss) | 不良贷款余额
--   npl_ratio | fraction | npl_principal / principal | 不良率
--   concentration_index | fraction | sum of the squared shares of the dimension, on each of its rows: 1 if all the book is in one place | 赫芬达尔指数

delete from report_concentration
where business_date = :business_date;

insert into report_concentration (
    business_date, dimension, rank_no, value, customers, loans, principal, principal_share, arrears, overdue_principal, npl_principal,
    npl_ratio, concentration_index
)
with customer_book as (
    select
        customer_id,
        product_id,
        region,
        industry,
        count(*) as loans,
        sum(principal_balance) as principal,
        sum(arrears) as arrears,
        sum(case when days_past_due > 0 then principal_balance else 0 end) as overdue_principal,
        sum(case when class_code >= 3 then principal_balance else 0 end) as npl_principal
    from loan_day
    where business_date = :business_date and state not in ('PAID_OFF', 'WRITTEN_OFF')
    group by customer_id, product_id, region, industry
),

dimension as (
    select 'PRODUCT' as name
    union all
    select 'REGION'
    union all
    select 'INDUSTRY'
),

divided as (
    select
        dimension.name as dimension,
        case dimension.name
            when 'PRODUCT' then loan_product.product_code
            when 'REGION' then coalesce(customer_book.region, 'UNKNOWN')
            else coalesce(customer_book.industry, 'UNKNOWN')
        end as value,
        count(distinct customer_book.customer_id) as customers,
        sum(customer_book.loans) as loans,
        sum(customer_book.principal) as principal,
        sum(customer_book.arrears) as arrears,
        sum(customer_book.overdue_principal) as overdue_principal,
        sum(customer_book.npl_principal) as npl_principal
    from customer_book
    inner join loan_product on customer_book.product_id = loan_product.product_id
    cross join dimension
    group by dimension.name, value
),

shared as (
    select
        divided.*,
        principal / nullif(sum(principal) over (partition by dimension), 0) as principal_share,
        row_number() over (partition by dimension order by principal desc, value asc) as rank_no
    from divided
)

select
    :business_date,
    dimension,
    rank_no,
    value,
    customers,
    loans,
    principal,
    principal_share,
    arrears,
    overdue_principal,
    npl_principal,
    npl_principal / nullif(principal, 0) as npl_ratio,
    sum(principal_share * principal_share) over (partition by dimension) as concentration_index
from shared;

select
    count(*) as rows_done,
    sum(case when dimension = 'PRODUCT' then principal end) as amount
from report_concentration
where business_date = :business_date;
