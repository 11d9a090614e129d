-- servicing.classify_loans: 五级分类 by days past due, with floors for loans in default or under observation; IFRS 9 stage.
-- reads:  loan, asset_class, policy_setting
-- writes: loan.class_code, loan.stage
-- repeat: safe; computed from days past due and state, and from the class held only so far as it may not improve yet
-- A class worsens at once. It improves when the loan has been without arrears for the days that the class held asks for.

update loan as l
inner join (
    select
        t.loan_id,
        case
            when t.state = 'PAID_OFF' then 1
            when t.target < t.held and t.clear_days < h.improves_after_days then t.held
            else t.target
        end as class_code,
        t.stage
    from (
        select
            b.loan_id,
            b.state,
            b.class_code as held,
            greatest(
                c.class_code,
                if(b.state = 'DEFAULTED', s.default_class_floor, 1),
                if(b.observed_until >= :business_date, if(b.restructured_times > 1, s.restructured_again_floor, s.restructured_floor), 1)
            ) as target,
            -- a loan that never had arrears has been without them for as long as anybody asks
            if(b.days_past_due > 0, -1, coalesce(datediff(:business_date, b.arrears_cleared_on), 99999)) as clear_days,
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
                max(case when name = 'default_class_floor' then cast(value as signed) end) as default_class_floor,
                max(case when name = 'restructured_class_floor' then cast(value as signed) end) as restructured_floor,
                max(case when name = 'restructured_again_class_floor' then cast(value as signed) end) as restructured_again_floor
            from policy_setting
        ) as s
        where b.loan_id between :loan_from and :loan_to
            and (b.days_past_due > 0 or b.class_code > 1 or b.stage > 1 or b.state = 'DEFAULTED' or b.observed_until is not null)
            and b.state <> 'WRITTEN_OFF'
    ) as t
    inner join asset_class as h on t.held = h.class_code
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
