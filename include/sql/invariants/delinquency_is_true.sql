-- Delinquent days and bucket of every loan follow from its days past due, grace and pauses; its open row of history says the same.
-- Accrual is stopped above policy's days past due and never for a loan that has no arrears and is not in default.
select
    t.loan_no,
    t.days_past_due,
    t.delinquent_days,
    t.expected_days,
    t.bucket_code,
    b.bucket_code as expected_bucket,
    h.bucket_code as bucket_in_history,
    t.accrual_stopped_on
from (
    select
        l.loan_id,
        l.loan_no,
        l.state,
        l.days_past_due,
        l.delinquent_days,
        l.bucket_code,
        l.arrears,
        l.accrual_stopped_on,
        if(l.days_past_due > 0, greatest(0, l.days_past_due - coalesce(p.delinquency_grace_days, p.penalty_grace_days) - coalesce(u.days, 0)), 0)
            as expected_days
    from loan as l
    inner join loan_product as p on l.product_id = p.product_id
    left join (
        select
            q.loan_id,
            sum(greatest(0, datediff(
                least(q.ends_on, coalesce(q.resumed_on, q.ends_on), :business_date), greatest(q.starts_on, o.next_due_date)
            ))) as days
        from delinquency_pause as q
        inner join loan as o on q.loan_id = o.loan_id
        where o.days_past_due > 0
        group by q.loan_id
    ) as u on l.loan_id = u.loan_id
) as t
left join delinquency_bucket as b on t.expected_days >= b.days_from and (b.days_to is null or t.expected_days <= b.days_to)
left join delinquency_history as h on t.loan_id = h.loan_id and h.to_date is null
inner join policy_setting as s on s.name = 'accrual_stops_after_days'
where t.delinquent_days <> t.expected_days
    or not (t.bucket_code <=> b.bucket_code)
    or not (t.bucket_code <=> h.bucket_code)
    or (h.loan_id is not null and (h.delinquent_days <> t.delinquent_days or h.amount <> t.arrears or h.from_date > :business_date))
    or (t.days_past_due > cast(s.value as signed) and t.accrual_stopped_on is null)
    or (t.accrual_stopped_on is not null and t.days_past_due = 0 and t.state not in ('DEFAULTED', 'WRITTEN_OFF'));
