-- Loans, applications and customers whose number begins with what was typed: at most 20 of each.
-- Reads: loan, application, customer (each by number). Writes: nothing.
(
    select
        'loan' as what,
        l.loan_no as number,
        l.state,
        l.principal_balance as amount,
        l.days_past_due
    from loan as l
    where l.loan_no like concat(:typed, '%')
    order by l.loan_no
    limit 20
)
union all
(
    select
        'application' as what,
        a.application_no as number,
        a.state,
        a.amount,
        null as days_past_due
    from application as a
    where a.application_no like concat(:typed, '%')
    order by a.application_no
    limit 20
)
union all
(
    select
        'customer' as what,
        c.customer_no as number,
        c.kind as state,
        c.exposure_limit as amount,
        null as days_past_due
    from customer as c
    where c.customer_no like concat(:typed, '%')
    order by c.customer_no
    limit 20
);
