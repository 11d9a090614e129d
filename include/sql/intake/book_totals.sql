-- book_totals: the control totals of the opening book as the database now has them, outstanding amounts from moved balances.
-- reads:  loan, imported_loan, imported_event, instalment
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
    i.penalty_of_instalments,
    l.running_loans as `RUNNING loans`,
    l.running_principal as `RUNNING principal`,
    l.running_charged_off as `RUNNING charged_off`,
    l.paid_off_loans as `PAID_OFF loans`,
    l.paid_off_principal as `PAID_OFF principal`,
    l.paid_off_charged_off as `PAID_OFF charged_off`,
    l.written_off_loans as `WRITTEN_OFF loans`,
    l.written_off_principal as `WRITTEN_OFF principal`,
    l.written_off_charged_off as `WRITTEN_OFF charged_off`,
    h.events as `history events`,
    h.disbursed as `history disbursed`,
    h.repaid as `history repaid`,
    h.charged_off as `history charged_off`,
    h.recovered as `history recovered`
from (
    select
        count(*) as loans,
        coalesce(sum(b.principal_balance), 0) as principal_outstanding,
        coalesce(sum(b.penalty_charged), 0) as penalty,
        coalesce(sum(b.overpayment), 0) as held_money,
        coalesce(sum(b.arrears), 0) as arrears_of_loans,
        coalesce(sum(b.state not in ('PAID_OFF', 'WRITTEN_OFF') and o.state = 'RUNNING'), 0) as running_loans,
        coalesce(sum(if(o.state = 'RUNNING', b.principal, 0)), 0) as running_principal,
        coalesce(sum(if(o.state = 'RUNNING', o.charged_off, 0)), 0) as running_charged_off,
        coalesce(sum(b.state = 'PAID_OFF' and o.state = 'PAID_OFF'), 0) as paid_off_loans,
        coalesce(sum(if(o.state = 'PAID_OFF', b.principal, 0)), 0) as paid_off_principal,
        coalesce(sum(if(o.state = 'PAID_OFF', o.charged_off, 0)), 0) as paid_off_charged_off,
        coalesce(sum(b.state = 'WRITTEN_OFF' and o.state = 'WRITTEN_OFF'), 0) as written_off_loans,
        coalesce(sum(if(o.state = 'WRITTEN_OFF', b.principal, 0)), 0) as written_off_principal,
        coalesce(sum(if(o.state = 'WRITTEN_OFF', o.charged_off, 0)), 0) as written_off_charged_off
    from loan as b
    inner join imported_loan as o on b.loan_id = o.loan_id
) as l
cross join (
    select
        count(*) as instalments,
        coalesce(sum(if(n.due_date < :cut_over, n.outstanding, 0)), 0) as arrears,
        coalesce(sum(n.principal_due), 0) as principal_scheduled,
        coalesce(sum(n.penalty_charged), 0) as penalty_of_instalments
    from instalment as n
    inner join imported_loan as b on n.loan_id = b.loan_id
) as i
cross join (
    select
        count(*) as events,
        coalesce(sum(if(kind = 'DISBURSEMENT', principal, 0)), 0) as disbursed,
        coalesce(sum(if(kind = 'REPAYMENT', principal, 0)), 0) as repaid,
        coalesce(sum(if(kind = 'CHARGE_OFF', principal, 0)), 0) as charged_off,
        coalesce(sum(if(kind = 'RECOVERY', principal, 0)), 0) as recovered
    from imported_event
) as h;
