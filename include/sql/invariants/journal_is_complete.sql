-- Every ledger entry has two journal lines, debit and credit, for each component that it moves. Interest that is never earned, and
-- what moves to a new schedule version, move nothing in the accounts.
select
    l.loan_no,
    t.entry_id,
    t.entry_type,
    t.expected_lines,
    t.found_lines
from (
    select
        e.entry_id,
        e.loan_id,
        e.entry_type,
        2 * (e.entry_type not in ('INTEREST_CUT', 'MOVED_OUT', 'MOVED_IN')) * (
            (e.principal <> 0) + (e.interest <> 0) + (e.fee <> 0) + (e.penalty <> 0)
            + (e.overpayment <> 0 and e.entry_type <> 'HELD_APPLIED')
        ) as expected_lines,
        (select count(*) from journal as j where j.ledger_entry_id = e.entry_id) as found_lines
    from ledger_entry as e
    cross join (select cast(value as signed) as days from policy_setting where name = 'reconcile_days') as p
    where e.business_date between date_sub(:business_date, interval p.days day) and :business_date
) as t
inner join loan as l on t.loan_id = l.loan_id
where t.expected_lines <> t.found_lines;
