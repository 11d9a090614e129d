-- servicing.change_schedules: money that came on the date and is beyond what is due and the instalment that falls due next, of loans
-- whose product lets early money repay principal. Cents.
-- reads: loan, loan_product, ledger_entry, instalment
select
    l.loan_id,
    cast(least(m.brought, l.overpayment - coalesce(n.owed, 0)) * 100 as signed) as early
from loan as l
inner join loan_product as p on l.product_id = p.product_id
inner join (
    select loan_id, sum(overpayment) as brought
    from ledger_entry
    where business_date = :business_date and entry_type = 'REPAYMENT' and overpayment <> 0
    group by loan_id
) as m on l.loan_id = m.loan_id
left join (
    select i.loan_id, sum(i.outstanding) as owed
    from loan as k
    inner join instalment as i on k.loan_id = i.loan_id and k.next_due_date = i.due_date
    where k.overpayment > 0 and i.due_date > :business_date
    group by i.loan_id
) as n on l.loan_id = n.loan_id
where l.overpayment > 0
    and l.loan_id between :loan_from and :loan_to
    and p.early_money in ('REDUCE', 'SHORTEN')
    and l.state not in ('PAID_OFF', 'WRITTEN_OFF')
    and l.next_due_date > :business_date
    and l.disbursed_on < :business_date
    and m.brought > 0
order by l.loan_id;
