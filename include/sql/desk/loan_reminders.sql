-- Reminders of a loan, up to a date, the latest first.
-- Reads: reminder (by loan), reminder_rule. Writes: nothing.
select
    m.business_date,
    m.instalment_no,
    m.due_date,
    m.amount,
    m.channel,
    m.state,
    m.sent_at,
    m.note,
    r.subject
from reminder as m
left join reminder_rule as r on m.rule_code = r.rule_code
where m.loan_id = :loan_id and m.business_date <= :as_of
order by m.reminder_id desc
limit 100;
