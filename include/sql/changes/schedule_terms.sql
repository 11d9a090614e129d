-- Terms of the loans in changing_loan, as their newest schedule version has them, and how far their interest has accrued.
-- reads: changing_loan (temporary), loan, loan_product, loan_accrual, schedule_version, instalment
select
    c.loan_id,
    l.loan_no,
    l.state,
    l.disbursed_on,
    l.tenor,
    l.annual_rate as contract_rate,
    coalesce((
        select v.annual_rate
        from schedule_version as v
        where v.loan_id = c.loan_id and v.annual_rate is not null
        order by v.version desc
        limit 1
    ), l.annual_rate) as annual_rate,
    coalesce((
        select v.method
        from schedule_version as v
        where v.loan_id = c.loan_id and v.method is not null
        order by v.version desc
        limit 1
    ), p.method) as method,
    (select max(v.version) from schedule_version as v where v.loan_id = c.loan_id) as version,
    (select max(i.instalment_no) from instalment as i where i.loan_id = c.loan_id) as last_number,
    (select max(day(i.period_end)) from instalment as i where i.loan_id = c.loan_id and i.kind = 'REGULAR') as seed_day,
    p.method as product_method,
    p.frequency,
    p.day_count,
    p.rounding,
    p.due_date_roll,
    p.penalty_rate_factor,
    p.early_money,
    p.payoff_fee_rate,
    cast(l.overpayment * 100 as signed) as held,
    a.instalment_no as accruing,
    cast((a.posted - a.completed) * 100 as signed) as earned,
    a.accrued_to
from changing_loan as c
inner join loan as l on c.loan_id = l.loan_id
inner join loan_product as p on l.product_id = p.product_id
inner join loan_accrual as a on c.loan_id = a.loan_id
order by c.loan_id;
