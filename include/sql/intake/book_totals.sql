-- book_totals: the control totals of the opening book as the database now has them, from moved balances.
-- reads:  loan, instalment
-- writes: nothing
-- repeat: safe

select
    l.loans,
    i.instalments,
    l.principal_outstanding,
    i.arrears,
    l.penalty,
    l.held_money,
    i.principal_scheduled,
    l.arrears_of_loans,
    i.penalty_of_instalments
from (
    select
        count(*) as loans,
        coalesce(sum(principal_balance), 0) as principal_outstanding,
        coalesce(sum(penalty_charged), 0) as penalty,
        coalesce(sum(overpayment), 0) as held_money,
        coalesce(sum(arrears), 0) as arrears_of_loans
    from loan
    where source = 'BOOK'
) as l
cross join (
    select
        count(*) as instalments,
        coalesce(sum(if(n.due_date < :cut_over, n.outstanding, 0)), 0) as arrears,
        coalesce(sum(n.principal_due), 0) as principal_scheduled,
        coalesce(sum(n.penalty_charged), 0) as penalty_of_instalments
    from instalment as n
    inner join loan as b on n.loan_id = b.loan_id
    where b.source = 'BOOK'
) as i;
