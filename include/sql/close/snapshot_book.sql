-- close.snapshot_book: the book as of the close of the date: a row a loan, and the cash expected from it for 90 days.
-- reads:  loan, loan_accrual, instalment, ledger_entry, asset_class, customer (number, region, industry)
-- writes: loan_day, expected_cash_day
-- repeat: safe; the rows of the date are replaced
-- exposure = principal + interest due + fees + penalty + interest accrued, less what of it is in memorandum (accrual stopped);
-- provision = exposure x coverage of the class

delete from loan_day where business_date = :business_date;

insert into loan_day (
    customer_no, region, industry,
    business_date, loan_id, loan_no, customer_id, product_id, disbursed_on, state, class_code, stage, days_past_due,
    delinquent_days, bucket_code,
    principal_disbursed, principal_balance, interest_outstanding, interest_prepaid, fee_outstanding, penalty_outstanding, interest_accrued,
    interest_suspended, accrued_suspended, penalty_suspended,
    arrears, overpayment, exposure, provision, due_today, due_open, received_today
)
with owing as (
    -- due up to this date and not paid
    select
        i.loan_id,
        sum(i.interest_due - i.interest_paid - i.interest_released) as interest
    from loan as l
    inner join instalment as i on l.loan_id = i.loan_id
    where l.next_due_date <= :business_date and i.due_date <= :business_date
    group by i.loan_id
),

accruing as (
    -- earned and not yet due: what is accrued, less the current period once it is due
    select
        a.loan_id,
        a.posted - a.completed - if(i.due_date <= :business_date, i.interest_due, 0) as interest
    from loan_accrual as a
    inner join instalment as i on a.loan_id = i.loan_id and a.instalment_no = i.instalment_no
    inner join loan as l on a.loan_id = l.loan_id
    where l.state <> 'WRITTEN_OFF'
),

rolled as (
    -- periods that ended, whose due date was rolled past this date, or is that of a new schedule version
    select loan_id, sum(interest) as interest
    from (
        select i.loan_id, i.interest_due - i.interest_cut as interest
        from instalment as i
        inner join loan_accrual as a on i.loan_id = a.loan_id and i.instalment_no < a.instalment_no
        inner join loan as l on i.loan_id = l.loan_id and l.state <> 'WRITTEN_OFF'
        where i.period_end between date_sub(:business_date, interval 31 day) and :business_date and i.due_date > :business_date
        union all
        select i.loan_id, i.interest_due - i.interest_cut as interest
        from schedule_version as v
        inner join instalment as i on v.loan_id = i.loan_id and v.version = i.version
        inner join loan_accrual as a on i.loan_id = a.loan_id and i.instalment_no < a.instalment_no
        inner join loan as l on i.loan_id = l.loan_id and l.state <> 'WRITTEN_OFF'
        where v.carried_until > :business_date
            and i.period_end < date_sub(:business_date, interval 31 day)
            and i.due_date > :business_date
    ) as ended
    group by loan_id
),

prepaid as (
    -- of products whose early money pays instalments in advance
    select i.loan_id, sum(i.interest_paid) as interest
    from loan_product as p
    inner join loan as l on p.product_id = l.product_id
    inner join instalment as i on l.loan_id = i.loan_id
    where p.early_money <> 'HOLD' and i.due_date > :business_date and i.interest_paid <> 0
    group by i.loan_id
),

due_now as (
    select
        loan_id,
        sum(principal_due + interest_due + fee_due) as due,
        sum(outstanding) as open
    from instalment
    where due_date = :business_date and moved_on is null
    group by loan_id
),

received as (
    select loan_id, sum(principal + interest + fee + penalty + overpayment) as amount
    from ledger_entry
    where business_date = :business_date and entry_type = 'REPAYMENT'
    group by loan_id
),

book as (
    select
        l.*,
        l.accrual_stopped_on is not null as is_stopped,
        coalesce(o.interest, 0) as interest_outstanding,
        coalesce(e.interest, 0) as interest_prepaid,
        l.fee_charged - l.fee_paid - l.fee_released as fee_outstanding,
        l.penalty_charged - l.penalty_paid - l.penalty_released as penalty_outstanding,
        coalesce(a.interest, 0) + coalesce(r.interest, 0) as interest_accrued,
        coalesce(d.due, 0) as due_today,
        coalesce(d.open, 0) as due_open,
        coalesce(p.amount, 0) as received_today
    from loan as l
    left join owing as o on l.loan_id = o.loan_id
    left join prepaid as e on l.loan_id = e.loan_id
    left join accruing as a on l.loan_id = a.loan_id
    left join rolled as r on l.loan_id = r.loan_id
    left join due_now as d on l.loan_id = d.loan_id
    left join received as p on l.loan_id = p.loan_id
)

select
    k.customer_no,
    k.region,
    k.industry,
    :business_date,
    b.loan_id,
    b.loan_no,
    b.customer_id,
    b.product_id,
    b.disbursed_on,
    b.state,
    b.class_code,
    b.stage,
    b.days_past_due,
    b.delinquent_days,
    b.bucket_code,
    b.principal_disbursed,
    b.principal_balance,
    b.interest_outstanding,
    b.interest_prepaid,
    b.fee_outstanding,
    b.penalty_outstanding,
    b.interest_accrued,
    b.is_stopped * b.interest_outstanding,
    b.is_stopped * b.interest_accrued,
    b.is_stopped * b.penalty_outstanding,
    b.arrears,
    b.overpayment,
    b.principal_balance + b.fee_outstanding
    + (1 - b.is_stopped) * (b.interest_outstanding + b.penalty_outstanding + b.interest_accrued),
    round((
        b.principal_balance + b.fee_outstanding
        + (1 - b.is_stopped) * (b.interest_outstanding + b.penalty_outstanding + b.interest_accrued)
    ) * c.coverage, 2),
    b.due_today,
    b.due_open,
    b.received_today
from book as b
inner join asset_class as c on b.class_code = c.class_code
inner join customer as k on b.customer_id = k.customer_id;

delete from expected_cash_day where business_date = :business_date;

-- what is overdue is expected on the date itself
insert into expected_cash_day (business_date, due_date, product_id, instalments, principal, interest, fee)
select
    :business_date,
    greatest(i.due_date, :business_date),
    l.product_id,
    count(*),
    sum(i.principal_due - i.principal_paid - i.principal_released),
    sum(i.interest_due - i.interest_paid - i.interest_released),
    sum(i.fee_due + i.fee_charged - i.fee_paid - i.fee_released + i.penalty_charged - i.penalty_paid - i.penalty_released)
from loan as l
inner join instalment as i on l.loan_id = i.loan_id
where l.next_due_date <= date_add(:business_date, interval 90 day)
    and i.due_date <= date_add(:business_date, interval 90 day)
    and i.outstanding > 0
    and l.state <> 'WRITTEN_OFF'
group by greatest(i.due_date, :business_date), l.product_id;

select count(*) as rows_done, coalesce(sum(principal_balance), 0) as amount, coalesce(sum(provision), 0) as provision
from loan_day
where business_date = :business_date;
