-- servicing.classify_loans: 五级分类 by days past due, with a floor for loans in default; IFRS 9 stage.
-- reads:  loan, asset_class, policy_setting
-- writes: loan.class_code, loan.stage
-- repeat: safe; computed from days past due and state

update loan as l
inner join (
    select
        b.loan_id,
        if(b.state = 'PAID_OFF', 1, greatest(c.class_code, if(b.state = 'DEFAULTED', s.default_class_floor, 1))) as class_code,
        case
            when b.state = 'DEFAULTED' then 3
            when b.days_past_due > s.stage_2_after_days then 2
            else 1
        end as stage
    from loan as b
    inner join asset_class as c on b.days_past_due between c.dpd_from and c.dpd_to
    cross join (
        select
            max(case when name = 'stage_2_after_days' then cast(value as signed) end) as stage_2_after_days,
            max(case when name = 'default_class_floor' then cast(value as signed) end) as default_class_floor
        from policy_setting
    ) as s
    where b.loan_id between :loan_from and :loan_to
        and (b.days_past_due > 0 or b.class_code > 1 or b.stage > 1 or b.state = 'DEFAULTED')
        and b.state <> 'WRITTEN_OFF'
) as n on l.loan_id = n.loan_id
set l.class_code = n.class_code, l.stage = n.stage
where l.class_code <> n.class_code or l.stage <> n.stage;

select
    count(*) as rows_done,
    coalesce(sum(l.principal_balance), 0) as amount,
    coalesce(sum(c.is_non_performing), 0) as non_performing
from loan as l
inner join asset_class as c on l.class_code = c.class_code
where l.loan_id between :loan_from and :loan_to and l.state not in ('PAID_OFF', 'WRITTEN_OFF');
