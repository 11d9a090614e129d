-- The balance of each account of the book is what the loans say: principal, interest due (net of what was paid before) and accrued, penalty, fees,
-- customers' money, allowance, suspense; interest and penalty of loans whose accrual has stopped in memorandum instead, and claims written off.
select
    t.account_code,
    t.product_id,
    sum(t.amount) as off_by
from (
    select account_code, product_id, sum(debit - credit) as amount
    from journal
    where account_code in ('1303', '1132', '1133', '1134', '1135', '2012', '1304', '2241', '9132', '9133', '9134', '9150')
    group by account_code, product_id
    union all
    select
        a.account_code,
        d.product_id,
        case a.account_code
            when '1303' then -d.principal
            when '1132' then -d.interest
            when '1133' then -d.accrued
            when '1134' then -d.penalty
            when '1135' then -d.fee
            when '2012' then d.overpayment
            when '1304' then d.provision
            when '9132' then -d.interest_suspended
            when '9133' then -d.accrued_suspended
            when '9134' then -d.penalty_suspended
        end
    from (
        select
            product_id,
            sum(principal_balance) as principal,
            sum(interest_outstanding - interest_prepaid - interest_suspended) as interest,
            sum(interest_accrued - accrued_suspended) as accrued,
            sum(penalty_outstanding - penalty_suspended) as penalty,
            sum(interest_suspended) as interest_suspended,
            sum(accrued_suspended) as accrued_suspended,
            sum(penalty_suspended) as penalty_suspended,
            sum(fee_outstanding) as fee,
            sum(overpayment) as overpayment,
            sum(provision) as provision
        from loan_day
        where business_date = :business_date
        group by product_id
    ) as d
    inner join chart_of_accounts as a on a.account_code in ('1303', '1132', '1133', '1134', '1135', '2012', '1304', '9132', '9133', '9134')
    union all
    select '9150', l.product_id, -sum(if(e.entry_type = 'RECOVERY', -1, 1) * (e.principal + e.interest + e.fee + e.penalty))
    from loan as l
    inner join ledger_entry as e on l.loan_id = e.loan_id
    where l.state = 'WRITTEN_OFF' and e.entry_type in ('WRITE_OFF', 'RECOVERY')
    group by l.product_id
    union all
    select '2241', null, sum(amount)
    from suspense_item
    where state = 'OPEN'
    having sum(amount) <> 0
) as t
group by t.account_code, t.product_id
having sum(t.amount) <> 0;
