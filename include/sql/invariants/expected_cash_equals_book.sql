-- The cash expected from the book is what its instalments still owe, by product and due date.
select
    t.product_id,
    t.due_date,
    sum(t.amount) as off_by
from (
    select product_id, due_date, principal + interest + fee as amount
    from expected_cash_day
    where business_date = :business_date
    union all
    select l.product_id, greatest(i.due_date, :business_date) as due_date, -sum(i.outstanding)
    from loan as l
    inner join instalment as i on l.loan_id = i.loan_id
    where l.next_due_date <= date_add(:business_date, interval 90 day)
        and i.due_date <= date_add(:business_date, interval 90 day)
        and i.outstanding > 0
        and l.state <> 'WRITTEN_OFF'
    group by l.product_id, greatest(i.due_date, :business_date)
) as t
group by t.product_id, t.due_date
having sum(t.amount) <> 0;
