-- The balance of each account of the book is what the loans say: principal, interest due and accrued, penalty, fees,
-- customers' money, allowance, suspense.
select
    t.account_code,
    t.product_id,
    sum(t.amount) as off_by
from (
    select account_code, product_id, debit - credit as amount
    from journal
    where account_code in ('1303', '1132', '1133', '1134', '1135', '2012', '1304', '2241')
    union all
    select '1303', product_id, -principal_balance from loan_day where business_date = :business_date
    union all
    select '1132', product_id, -interest_outstanding from loan_day where business_date = :business_date
    union all
    select '1133', product_id, -interest_accrued from loan_day where business_date = :business_date
    union all
    select '1134', product_id, -penalty_outstanding from loan_day where business_date = :business_date
    union all
    select '1135', product_id, -fee_outstanding from loan_day where business_date = :business_date
    union all
    select '2012', product_id, overpayment from loan_day where business_date = :business_date
    union all
    select '1304', product_id, provision from loan_day where business_date = :business_date
    union all
    select '2241', null, amount from suspense_item where state = 'OPEN'
) as t
group by t.account_code, t.product_id
having sum(t.amount) <> 0;
