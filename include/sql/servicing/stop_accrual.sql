-- servicing.stop_accrual: whose unpaid interest and penalty are kept in memorandum alone, and whose are income again.
-- reads:  loan, policy_setting
-- writes: loan.accrual_stopped_on
-- repeat: safe; computed from days past due and state
-- It stops above policy's days past due and begins again when the loan has no arrears and is in default no more. What the customer
-- owes is the same either way; close.post_journal books the difference.

create temporary table if not exists accrual_change (
    loan_id bigint not null primary key, stopped_on date
) engine = innodb;
delete from accrual_change;

insert into accrual_change (loan_id, stopped_on)
select l.loan_id, if(l.days_past_due > cast(s.value as signed), :business_date, null)
from loan as l
inner join policy_setting as s on s.name = 'accrual_stops_after_days'
where l.loan_id between :loan_from and :loan_to
    and l.state <> 'WRITTEN_OFF'
    and (
        (l.accrual_stopped_on is null and l.days_past_due > cast(s.value as signed))
        or (l.accrual_stopped_on is not null and l.days_past_due = 0 and l.state <> 'DEFAULTED')
    );

update loan as l
inner join accrual_change as c on l.loan_id = c.loan_id
set l.accrual_stopped_on = c.stopped_on;

select
    count(*) as rows_done,
    coalesce(sum(l.principal_balance), 0) as amount,
    coalesce(sum(c.stopped_on is not null), 0) as stopped,
    coalesce(sum(c.stopped_on is null), 0) as resumed
from accrual_change as c
inner join loan as l on c.loan_id = l.loan_id;
