-- servicing.propose_write_offs: a change request for each loan in default for longer than policy waits; a person decides it.
-- reads:  loan, policy_setting, change_request
-- writes: change_request
-- repeat: safe; no loan gets a proposal while one is open, nor soon after one was turned down

insert into change_request (kind, loan_id, reason, maker, business_date)
select 'WRITE_OFF', l.loan_id, concat(l.days_past_due, ' days past due: policy proposes a write-off above ', s.after_days), @actor, :business_date
from loan as l
cross join (
    select
        max(case when name = 'write_off_proposed_after_days' then cast(value as signed) end) as after_days,
        max(case when name = 'write_off_proposed_again_days' then cast(value as signed) end) as again_days
    from policy_setting
) as s
where l.state = 'DEFAULTED'
    and l.days_past_due > s.after_days
    and not exists (
        select 1
        from change_request as c
        where c.loan_id = l.loan_id
            and c.kind = 'WRITE_OFF'
            and (c.state in ('REQUESTED', 'APPROVED') or c.business_date > :business_date - interval s.again_days day)
    )
order by l.loan_id;

select count(*) as rows_done, coalesce(sum(l.principal_balance), 0) as amount
from change_request as c
inner join loan as l on c.loan_id = l.loan_id
where c.business_date = :business_date and c.kind = 'WRITE_OFF' and c.maker = @actor;
