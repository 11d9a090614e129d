-- A loan as of a date: its terms, and what was recorded about it. By what was known then: entries booked up to the date; by value date
-- (:by_value = 1): entries that count from it or before, whenever they were booked.
-- reads: loan, loan_product, customer, schedule_version, ledger_entry, loan_history, loan_class_history, business_day
select
    l.loan_id,
    l.loan_no,
    l.customer_id,
    c.customer_no,
    l.product_id,
    p.product_code,
    p.rounding,
    p.early_money,
    coalesce(p.delinquency_grace_days, p.penalty_grace_days) as grace_days,
    l.currency,
    -- that of the schedule in force, where it is not the contract's
    coalesce((
        select v.annual_rate
        from schedule_version as v
        where v.loan_id = l.loan_id and v.made_on <= :as_of and v.replaces <> 'NOTHING'
        order by v.version desc
        limit 1
    ), l.annual_rate) as annual_rate,
    l.penalty_rate,
    l.principal,
    l.tenor,
    l.disbursed_on,
    l.matures_on,
    (select if(:by_value, min(o.value_date), min(o.business_date)) from ledger_entry as o where o.loan_id = l.loan_id) as known_from,
    (select max(d.business_date) from business_day as d where d.state = 'CLOSED') as known_to,
    (
        select h.to_state
        from loan_history as h
        where h.loan_id = l.loan_id and h.business_date <= :as_of
        order by h.history_id desc
        limit 1
    ) as recorded_state,
    k.class_code,
    k.stage,
    k.accrual_stopped_on,
    k.unlikely_to_pay_on,
    coalesce(e.disbursed, 0) as principal_disbursed,
    coalesce(e.disbursed - e.principal_gone, 0) as principal_balance,
    coalesce(e.fee, 0) as fee_outstanding,
    coalesce(e.penalty, 0) as penalty_outstanding,
    coalesce(e.overpayment, 0) as overpayment,
    coalesce(e.written_off, 0) as written_off,
    coalesce(e.recovered, 0) as recovered,
    coalesce(e.received, 0) as received_today
from loan as l
inner join loan_product as p on l.product_id = p.product_id
inner join customer as c on l.customer_id = c.customer_id
left join loan_class_history as k on k.history_id = (
    select max(n.history_id) from loan_class_history as n where n.loan_id = l.loan_id and n.business_date <= :as_of
)
left join (
    select
        loan_id,
        sum(if(entry_type in ('OPENING', 'DISBURSEMENT'), principal, 0)) as disbursed,
        sum(if(entry_type in ('OPENING', 'DISBURSEMENT', 'RECOVERY'), 0, principal)) as principal_gone,
        sum(if(entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE'), fee, -fee)) as fee,
        sum(if(entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE'), penalty, -penalty)) as penalty,
        sum(overpayment) as overpayment,
        sum(if(entry_type = 'WRITE_OFF', principal + interest + fee + penalty, 0)) as written_off,
        sum(if(entry_type = 'RECOVERY', principal, 0)) as recovered,
        sum(if(
            entry_type = 'REPAYMENT' and if(:by_value, value_date, business_date) = :as_of,
            principal + interest + fee + penalty + overpayment,
            0
        )) as received
    from ledger_entry
    where if(:by_value, value_date, business_date) <= :as_of
    group by loan_id
) as e on l.loan_id = e.loan_id
where l.loan_no = :loan_no;
