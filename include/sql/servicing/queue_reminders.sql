-- servicing.queue_reminders: one reminder a rule and due date, on the date that the rule names: rows of a loan that fall due together
-- are one.
-- reads:  instalment (by due date), loan, reminder_rule
-- writes: reminder
-- repeat: safe; unique by loan, instalment and rule

insert ignore into reminder (loan_id, instalment_no, rule_code, business_date, due_date, amount, channel)
select i.loan_id, min(i.instalment_no), r.rule_code, :business_date, i.due_date, sum(i.outstanding), r.channel
from reminder_rule as r
inner join instalment as i on i.due_date = date_sub(:business_date, interval r.days_from_due day)
inner join loan as l on i.loan_id = l.loan_id
where i.outstanding > 0 and l.state not in ('PAID_OFF', 'WRITTEN_OFF')
group by i.loan_id, i.due_date, r.rule_code, r.channel
order by i.loan_id, min(i.instalment_no), r.rule_code;

select count(*) as rows_done, coalesce(sum(amount), 0) as amount
from reminder
where business_date = :business_date;
