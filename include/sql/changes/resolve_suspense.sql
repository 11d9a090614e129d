-- changes SUSPENSE_MATCH, SUSPENSE_RETURN: the item leaves suspense on the date.
-- writes: suspense_item
-- repeat: safe; an item leaves once
update suspense_item
set state = :state, resolved_on = :business_date, change_request_id = :change_request_id
where suspense_id = :suspense_id and state = 'OPEN';

select row_count() as done;
