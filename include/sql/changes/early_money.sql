-- servicing.change_schedules: money that came on the date and is beyond what is due and the instalment that falls due next, of loans
-- whose product lets early money repay principal. Cents.
-- reads: loan, loan_product, ledger_entry, instalment
select loan_id, cast(least(brought, held - next_instalment) * 100 as signed) as early
from (
    select
        l.loan_id,
        l.overpayment as held,
        (
            select coalesce(sum(e.overpayment), 0)
            from ledger_entry as e
            where e.loan_id = l.loan_id
                and e.instalment_no = 0
                and e.entry_type = 'REPAYMENT'
                and e.business_date = :business_date
        ) as brought,
        (
            select coalesce(sum(i.outstanding), 0)
            from instalment as i
            where i.loan_id = l.loan_id and i.due_date = l.next_due_date
        ) as next_instalment
    from loan_product as p
    inner join loan as l on p.product_id = l.product_id
    where p.early_money in ('REDUCE', 'SHORTEN')
        and l.overpayment > 0
        and l.loan_id between :loan_from and :loan_to
        and l.state not in ('PAID_OFF', 'WRITTEN_OFF')
        and l.next_due_date > :business_date
        and l.disbursed_on < :business_date
) as holding
where brought > 0 and held > next_instalment
order by loan_id;
