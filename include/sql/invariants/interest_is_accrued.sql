-- Accrued interest of a running loan is what its schedule says for the days gone, and is accrued to the date.
select
    loan_no,
    accrued_to,
    posted,
    expected
from (
    select
        l.loan_no,
        a.accrued_to,
        a.posted,
        a.completed,
        coalesce(b.interest, 0) as completed_expected,
        if(l.disbursed_on = :business_date and l.source = 'ORIGINATED', 0, 1) as has_started,
        if(p.rounding = 'HALF_UP', round(t.accrued, 2), round_half_even(t.accrued)) as expected
    from loan_accrual as a
    inner join loan as l on a.loan_id = l.loan_id
    inner join loan_product as p on l.product_id = p.product_id
    inner join (
        select
            c.loan_id,
            c.completed + cast(i.interest_due - i.interest_cut as decimal(28, 10))
            * least(greatest(datediff(c.accrued_to, i.period_start), 0), datediff(i.period_end, i.period_start))
            / datediff(i.period_end, i.period_start) as accrued
        from loan_accrual as c
        inner join instalment as i on c.loan_id = i.loan_id and c.instalment_no = i.instalment_no
    ) as t on a.loan_id = t.loan_id
    left join (
        select i.loan_id, sum(i.interest_due - i.interest_cut) as interest
        from loan_accrual as c
        inner join instalment as i on c.loan_id = i.loan_id and i.instalment_no < c.instalment_no
        group by i.loan_id
    ) as b on a.loan_id = b.loan_id
    where l.state <> 'WRITTEN_OFF' and (l.state <> 'PAID_OFF' or l.matures_on >= :business_date)
) as checked
where posted <> expected
    or completed <> completed_expected
    or (has_started and accrued_to <> :business_date);
