-- reports.portfolio: how large is the book, by product and state, and what moved on the date?
-- 各产品、各状态的贷款余额与当日变动
-- reads:  loan_day; ledger_entry booked on the date; loan_product (code of a version, which never changes)
-- writes: report_portfolio
-- repeat: safe; replaces the rows of its date; what it reads of a closed date no longer changes
-- columns of report_portfolio (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   product_code | code | product, all its versions together | 产品代码
--   state | code | state of the loans at the close; a loan paid off or written off stays in the count | 贷款状态
--   loans | count | loans of this product in this state | 贷款笔数
--   principal | CNY | disbursed - paid - released | 本金余额
--   interest_outstanding | CNY | interest that is due and unpaid | 应收未收利息
--   fee_outstanding | CNY | fees charged and unpaid | 应收未收手续费
--   penalty_outstanding | CNY | penalty charged and unpaid | 应收未收罚息
--   interest_accrued | CNY | interest earned up to the date that is not due yet | 应计利息
--   arrears | CNY | everything past due and unpaid | 逾期金额
--   overpayment | CNY | customers' money held on the loans until something is due | 预存还款
--   new_loans | count | loans whose disbursement was booked on the date, less those taken back | 当日新增笔数
--   disbursed_today | CNY | disbursements booked on the date, net of reversals | 当日放款
--   received_today | CNY | repayments booked on the date, net of bounces | 当日还款
--   principal_repaid_today | CNY | principal paid by entries of the date, from new and from held money | 当日收回本金
--   npl_principal | CNY | principal of classes 3 to 5 (substandard, doubtful, loss) | 不良贷款余额
--   npl_ratio_of_product | fraction | npl_principal / principal of the whole product; the same on each of its rows | 产品不良率
--   npl_ratio_of_book | fraction | npl_principal / principal of the whole book; the same on every row | 全部不良率

delete from report_portfolio
where business_date = :business_date;

insert into report_portfolio (
    business_date, product_code, state, loans, principal, interest_outstanding, fee_outstanding, penalty_outstanding, interest_accrued,
    arrears, overpayment, new_loans, disbursed_today, received_today, principal_repaid_today, npl_principal,
    npl_ratio_of_product, npl_ratio_of_book
)
with book as (
    -- Non-performing are the last three of the five classes, by regulation. The flag in asset_class says the same,
    -- but has no date: a report made again must not change with it.
    select
        product_id,
        state,
        count(*) as loans,
        sum(principal_balance) as principal,
        sum(interest_outstanding) as interest_outstanding,
        sum(fee_outstanding) as fee_outstanding,
        sum(penalty_outstanding) as penalty_outstanding,
        sum(interest_accrued) as interest_accrued,
        sum(arrears) as arrears,
        sum(overpayment) as overpayment,
        sum(received_today) as received_today,
        sum(case when class_code >= 3 then principal_balance else 0 end) as npl_principal
    from loan_day
    where business_date = :business_date
    group by product_id, state
),

moved as (
    select
        loan_day.product_id,
        loan_day.state,
        sum(case when ledger_entry.entry_type = 'DISBURSEMENT' then sign(ledger_entry.principal) else 0 end) as new_loans,
        sum(case when ledger_entry.entry_type = 'DISBURSEMENT' then ledger_entry.principal else 0 end) as disbursed,
        sum(case when ledger_entry.entry_type = 'DISBURSEMENT' then 0 else ledger_entry.principal end) as repaid
    from ledger_entry
    inner join loan_day on ledger_entry.business_date = loan_day.business_date and ledger_entry.loan_id = loan_day.loan_id
    where
        ledger_entry.business_date = :business_date
        and ledger_entry.entry_type in ('DISBURSEMENT', 'REPAYMENT', 'HELD_APPLIED')
    group by loan_day.product_id, loan_day.state
),

by_product as (
    select
        loan_product.product_code,
        book.state,
        sum(book.loans) as loans,
        sum(book.principal) as principal,
        sum(book.interest_outstanding) as interest_outstanding,
        sum(book.fee_outstanding) as fee_outstanding,
        sum(book.penalty_outstanding) as penalty_outstanding,
        sum(book.interest_accrued) as interest_accrued,
        sum(book.arrears) as arrears,
        sum(book.overpayment) as overpayment,
        sum(coalesce(moved.new_loans, 0)) as new_loans,
        sum(coalesce(moved.disbursed, 0)) as disbursed,
        sum(book.received_today) as received_today,
        sum(coalesce(moved.repaid, 0)) as repaid,
        sum(book.npl_principal) as npl_principal
    from book
    inner join loan_product on book.product_id = loan_product.product_id
    left join moved on book.product_id = moved.product_id and book.state = moved.state
    group by loan_product.product_code, book.state
)

select
    :business_date,
    product_code,
    state,
    loans,
    principal,
    interest_outstanding,
    fee_outstanding,
    penalty_outstanding,
    interest_accrued,
    arrears,
    overpayment,
    new_loans,
    disbursed,
    received_today,
    repaid,
    npl_principal,
    sum(npl_principal) over (partition by product_code) / nullif(sum(principal) over (partition by product_code), 0) as npl_ratio_of_product,
    sum(npl_principal) over () / nullif(sum(principal) over (), 0) as npl_ratio_of_book
from by_product;

select
    count(*) as rows_done,
    sum(principal) as amount
from report_portfolio
where business_date = :business_date;
