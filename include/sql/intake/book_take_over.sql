-- book_take_over: the staged opening book becomes customers, loans, their remaining schedules and the opening entries.
-- reads:  book_* (temporary), loan_product, asset_class, policy_setting
-- writes: business_day, customer, customer_identity, loan, imported_loan, imported_event, instalment, schedule_version,
--         loan_accrual, ledger_entry (OPENING)
-- repeat: no; one transaction, and include/steps/book.py does nothing where a business date exists

-- first, because nothing is booked but on an open date
insert into business_day (business_date, state) values (:first_date, 'OPEN');

insert into customer (customer_no, kind, region, industry, exposure_limit, created_on)
select customer_no, kind, region, industry, exposure_limit, created_on
from book_customer
order by customer_no;

insert into customer_identity (customer_id, name_cipher, id_number_cipher, id_number_digest, phone_cipher, email_cipher)
select c.customer_id, b.name_cipher, b.id_number_cipher, b.id_number_digest, b.phone_cipher, b.email_cipher
from book_customer as b
inner join customer as c on b.customer_no = c.customer_no
order by c.customer_id;

-- Loans start in the state that they are in at the cut-over, by the rules that servicing.age_loans and classify_loans apply
-- every day. Past due: due before the cut-over; below the tolerance it does not count as days past due. Loans that are closed
-- owe nothing: one that was written off is off balance in the worst class, and what comes for it is recovered.
insert into loan (
    loan_no, customer_id, product_id, currency, annual_rate, penalty_rate, principal, tenor, disbursed_on, matures_on, source,
    state, next_due_date, days_past_due, arrears, class_code, stage, defaulted_on, written_off_on
)
select
    d.loan_no, d.customer_id, d.product_id, d.currency, d.annual_rate, d.penalty_rate, d.principal, d.tenor, d.disbursed_on, d.matures_on,
    'BOOK',
    case
        when d.state <> 'RUNNING' then d.state
        when d.days_past_due > d.default_after_days then 'DEFAULTED'
        when d.days_past_due > 0 then 'OVERDUE'
        else 'ACTIVE'
    end,
    d.next_due_date,
    d.days_past_due,
    d.arrears,
    if(d.state = 'WRITTEN_OFF', w.worst, greatest(a.class_code, if(d.days_past_due > d.default_after_days, d.default_class_floor, 1))),
    case
        when d.state = 'WRITTEN_OFF' or d.days_past_due > d.default_after_days then 3
        when d.days_past_due > d.stage_2_after_days then 2
        else 1
    end,
    -- the first day on which it was more days past due than the limit
    if(d.days_past_due > d.default_after_days, d.next_due_date + interval (d.default_after_days + 1) day, null),
    if(d.state = 'WRITTEN_OFF', d.closed_on, null)
from (
    select
        b.loan_no, c.customer_id, p.product_id, b.currency, b.annual_rate, b.penalty_rate, b.principal, b.tenor, b.disbursed_on,
        b.matures_on, b.state, b.closed_on, o.next_due_date, coalesce(o.arrears, 0) as arrears,
        s.default_after_days, s.stage_2_after_days, s.default_class_floor,
        if(coalesce(o.arrears, 0) > s.arrears_tolerance, datediff(:cut_over, o.next_due_date), 0) as days_past_due
    from book_loan as b
    inner join customer as c on b.customer_no = c.customer_no
    inner join (
        select product_code, max(product_id) as product_id
        from loan_product
        group by product_code
    ) as p on b.product_code = p.product_code
    left join (
        select
            loan_no,
            min(if(principal_due + interest_due + penalty > 0, due_date, null)) as next_due_date,
            sum(if(due_date < :cut_over, principal_due + interest_due + penalty, 0)) as arrears
        from book_instalment
        group by loan_no
    ) as o on b.loan_no = o.loan_no
    cross join (
        select
            max(case when name = 'arrears_tolerance' then cast(value as decimal(18, 2)) end) as arrears_tolerance,
            max(case when name = 'default_after_days' then cast(value as signed) end) as default_after_days,
            max(case when name = 'stage_2_after_days' then cast(value as signed) end) as stage_2_after_days,
            max(case when name = 'default_class_floor' then cast(value as signed) end) as default_class_floor
        from policy_setting
    ) as s
) as d
inner join asset_class as a on d.days_past_due between a.dpd_from and a.dpd_to
cross join (select max(class_code) as worst from asset_class) as w
order by d.loan_no;

insert into imported_loan (loan_id, state, principal_outstanding, closed_on, charged_off, details)
select l.loan_id, b.state, b.principal_outstanding, b.closed_on, b.charged_off, b.details
from book_loan as b
inner join loan as l on b.loan_no = l.loan_no
order by l.loan_id;

insert into imported_event (loan_id, event_no, event_date, kind, principal, interest, fee, penalty, reference)
select
    l.loan_id,
    row_number() over (partition by l.loan_id order by h.event_date, h.line),
    h.event_date, h.kind, h.principal, h.interest, h.fee, h.penalty, h.reference
from book_history as h
inner join loan as l on h.loan_no = l.loan_no
order by l.loan_id, h.event_date, h.line;

-- The book brings the penalty that an overdue instalment bears at the cut-over, so ours counts from there on. An instalment
-- whose days of grace still run bears none yet: should they lapse, it counts from the due date as ever.
insert into instalment (
    loan_id, instalment_no, period_start, period_end, due_date, penalty_from, principal_due, interest_due
)
select
    l.loan_id,
    b.instalment_no,
    b.period_start,
    b.period_end,
    b.due_date,
    if(datediff(:cut_over, b.due_date) > p.penalty_grace_days, greatest(b.due_date, :cut_over), b.due_date),
    b.principal_due,
    b.interest_due
from book_instalment as b
inner join loan as l on b.loan_no = l.loan_no
inner join loan_product as p on l.product_id = p.product_id
order by l.loan_id, b.instalment_no;

insert into schedule_version (loan_id, version, instalments, principal, interest, fee, made_on, reason)
select l.loan_id, 1, count(*), sum(b.principal_due), sum(b.interest_due), 0, :cut_over, 'opening book'
from book_instalment as b
inner join loan as l on b.loan_no = l.loan_no
group by l.loan_id
order by l.loan_id;

-- Interest earned by the cut-over and not paid: of the periods before the running one in full, of the running one
-- interest x days gone / days of the period. posted_before = posted: no movement of a date of ours.
insert into loan_accrual (loan_id, instalment_no, completed, accrued, posted, posted_before, accrued_to)
select
    loan_id, instalment_no, completed, accrued,
    if(rounding = 'HALF_UP', round(accrued, 2), round_half_even(accrued)),
    if(rounding = 'HALF_UP', round(accrued, 2), round_half_even(accrued)),
    :cut_over
from (
    select
        r.loan_id,
        r.rounding,
        r.instalment_no,
        r.completed,
        r.completed + cast(i.interest_due as decimal(28, 10))
        * greatest(0, least(datediff(:cut_over, i.period_start), datediff(i.period_end, i.period_start)))
        / datediff(i.period_end, i.period_start) as accrued
    from (
        -- the running period is the first that ends after the cut-over, or the last of a loan that has run out
        select
            n.loan_id,
            n.rounding,
            n.instalment_no,
            (
                select coalesce(sum(e.interest_due), 0)
                from instalment as e
                where e.loan_id = n.loan_id and e.instalment_no < n.instalment_no
            ) as completed
        from (
            select
                l.loan_id,
                p.rounding,
                coalesce(min(if(i.period_end > :cut_over, i.instalment_no, null)), max(i.instalment_no)) as instalment_no
            from loan as l
            inner join loan_product as p on l.product_id = p.product_id
            inner join instalment as i on l.loan_id = i.loan_id
            where l.source = 'BOOK'
            group by l.loan_id, p.rounding
        ) as n
    ) as r
    inner join instalment as i on r.loan_id = i.loan_id and r.instalment_no = i.instalment_no
) as computed
order by loan_id;

-- Opening entries are staged: the trigger on ledger_entry moves loan and instalment, which its statement then may not read.
insert into book_entry (loan_id, instalment_no, principal, penalty, overpayment)
select l.loan_id, 0, b.principal_outstanding, 0, b.held_money
from book_loan as b
inner join loan as l on b.loan_no = l.loan_no
where b.principal_outstanding > 0 or b.held_money > 0;

insert into book_entry (loan_id, instalment_no, principal, penalty, overpayment)
select l.loan_id, b.instalment_no, 0, b.penalty, 0
from book_instalment as b
inner join loan as l on b.loan_no = l.loan_no
where b.penalty > 0;

insert into ledger_entry (loan_id, instalment_no, entry_type, business_date, value_date, principal, penalty, overpayment, actor)
select loan_id, instalment_no, 'OPENING', :first_date, :cut_over, principal, penalty, overpayment, @actor
from book_entry
order by loan_id, instalment_no;
