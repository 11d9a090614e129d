-- State, days past due and arrears of every loan follow from what it owes on the date.
select
    l.loan_no,
    l.state,
    l.days_past_due,
    l.arrears,
    coalesce(i.arrears, 0) as arrears_expected,
    l.next_due_date,
    i.next_due_date as next_due_expected
from loan as l
inner join (
    select
        loan_id,
        sum(owed) as owed,
        sum(arrears) as arrears,
        nullif(min(next_due_date), date '9999-12-31') as next_due_date
    from instalment_total
    group by loan_id
) as i on l.loan_id = i.loan_id
cross join (
    select
        max(case when name = 'arrears_tolerance' then cast(value as decimal(18, 2)) end) as tolerance,
        max(case when name = 'default_after_days' then cast(value as signed) end) as default_after,
        max(case when name = 'probation_days' then cast(value as signed) end) as probation
    from policy_setting
) as s
where not (l.next_due_date <=> i.next_due_date)
    or l.arrears <> i.arrears
    or l.days_past_due <> if(i.arrears > s.tolerance, datediff(:business_date, i.next_due_date), 0)
    or (l.state in ('PAID_OFF', 'WRITTEN_OFF')) <> (i.owed = 0)
    or (l.state = 'WRITTEN_OFF') <> (l.written_off_on is not null)
    or (l.state = 'ACTIVE' and l.days_past_due > 0)
    or (l.state in ('ACTIVE', 'OVERDUE') and l.unlikely_to_pay_on is not null)
    or (l.days_past_due > 0 and l.arrears_cleared_on is not null)
    or (
        l.state = 'DEFAULTED'
        and l.unlikely_to_pay_on is null
        and coalesce(datediff(:business_date, l.arrears_cleared_on) >= s.probation, 0)
    )
    or (l.state = 'OVERDUE' and (l.days_past_due = 0 or l.days_past_due > s.default_after))
    or (l.state = 'DEFAULTED' and l.defaulted_on is null);
