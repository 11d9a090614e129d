-- change WRITE_OFF_REVERSAL: what the write-off released is owed again; interest accrues again from the period that is running.
-- What a new schedule version cut before the write-off stays cut.
-- reads:  ledger_entry, instalment
-- writes: posting_entry (temporary), loan_accrual
-- repeat: safe; one transaction with the request's APPLIED
insert into posting_entry (loan_id, instalment_no, entry_type, value_date, principal, interest, fee, penalty, reverses_entry_id)
select e.loan_id, e.instalment_no, e.entry_type, e.value_date, -e.principal, -e.interest, -e.fee, -e.penalty, e.entry_id
from ledger_entry as e
left join ledger_entry as undone on e.entry_id = undone.reverses_entry_id
where e.loan_id = :loan_id
    and e.entry_id > coalesce((select max(m.entry_id) from ledger_entry as m where m.loan_id = :loan_id and m.entry_type = 'MOVED_IN'), 0)
    and e.entry_type in ('WRITE_OFF', 'INTEREST_CUT')
    and e.reverses_entry_id is null
    and undone.entry_id is null
order by e.entry_id desc;

update loan_accrual as a
inner join (
    select
        r.instalment_no,
        (
            select coalesce(sum(if(b.moved_on is null, b.interest_due, b.interest_due - b.interest_cut)), 0)
            from instalment as b
            where b.loan_id = :loan_id and b.instalment_no < r.instalment_no
        ) as completed
    from (
        select coalesce(
            min(if(i.period_end >= :business_date, i.instalment_no, null)), max(i.instalment_no)
        ) as instalment_no
        from instalment as i
        where i.loan_id = :loan_id and i.moved_on is null
    ) as r
) as n on 1 = 1
set a.instalment_no = n.instalment_no, a.completed = n.completed
where a.loan_id = :loan_id;

select coalesce(sum(principal + interest + fee + penalty), 0) as amount from posting_entry where entry_type = 'WRITE_OFF';
