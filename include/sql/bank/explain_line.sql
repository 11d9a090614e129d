-- A line of a bank statement that no booking will ever match is settled by an explanation, on the open date.
-- reads:  business_day
-- writes: bank_line
-- repeat: safe; a line is settled once
update bank_line as l
inner join business_day as d on d.is_current = 1
set l.settled_on = d.business_date, l.note = :reason, l.actor = :actor
where l.bank_line_id = :number and l.settled_on is null;
