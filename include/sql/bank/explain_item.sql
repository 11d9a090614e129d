-- An item of the books that no statement will ever show is settled by an explanation, on the open date.
-- reads:  business_day
-- writes: bank_item
-- repeat: safe; an item is settled once
update bank_item as i
inner join business_day as d on d.is_current = 1
set i.settled_on = d.business_date, i.note = :reason, i.actor = :actor
where i.bank_item_id = :number and i.settled_on is null;
