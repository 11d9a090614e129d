-- close.send_reminders: queued reminders with what is owed now; after an outage only what is still true goes out.
-- reads:  reminder, reminder_rule, instalment, loan, customer, customer_identity
-- writes: nothing

select
    m.reminder_id,
    m.rule_code,
    m.channel,
    m.due_date,
    m.instalment_no,
    l.loan_no,
    c.customer_no,
    p.email_cipher,
    (select sum(i.outstanding) from instalment as i where i.loan_id = m.loan_id and i.due_date = m.due_date) as amount,
    datediff(:business_date, m.due_date) as days,
    r.days_from_due,
    r.subject,
    r.body
from reminder as m
inner join reminder_rule as r on m.rule_code = r.rule_code
inner join loan as l on m.loan_id = l.loan_id
inner join customer as c on l.customer_id = c.customer_id
left join customer_identity as p on c.customer_id = p.customer_id
where m.state = 'QUEUED' and m.business_date <= :business_date
order by l.loan_no, m.instalment_no, m.rule_code;
