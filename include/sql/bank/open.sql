-- What is open between bank and books, oldest first; read by include.steps.bank_statement.
-- reads: bank_line, bank_item, business_day
-- writes: nothing
select t.side, t.number, t.came_on, datediff(d.business_date, t.came_on) as days, t.kind, t.amount, t.reference
from (
    select 'line' as side, bank_line_id as number, statement_date as came_on, kind, amount, reference
    from bank_line
    where settled_on is null
    union all
    select 'item', bank_item_id, business_date, kind, amount, reference
    from bank_item
    where settled_on is null
) as t
inner join business_day as d on d.is_current = 1
order by t.came_on asc, t.side desc, t.number asc;
