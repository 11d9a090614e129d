-- Terms of the loans in replay_loan that the replay needs. What was booked up to version_entry is behind a new schedule version.
-- reads:  replay_loan (temporary), loan, loan_product, ledger_entry
select
    r.loan_id,
    r.from_date,
    coalesce((
        select max(e.entry_id)
        from ledger_entry as e
        where e.loan_id = r.loan_id and e.instalment_no = 0 and e.entry_type = 'MOVED_IN'
    ), 0) as version_entry,
    l.state,
    l.written_off_on,
    l.penalty_rate,
    p.penalty_basis,
    p.penalty_grace_days,
    p.penalty_only_after_grace,
    p.penalty_compounds,
    cast(p.instalment_fee * 100 as signed) as due_fee,
    cast(p.late_fee * 100 as signed) as late_fee,
    p.late_fee_after_days,
    p.rounding,
    p.allocation_order,
    p.early_money
from replay_loan as r
inner join loan as l on r.loan_id = l.loan_id
inner join loan_product as p on l.product_id = p.product_id
order by r.loan_id;
