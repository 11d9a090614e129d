-- Interest goes on in the new version's rows: what is posted stays, the period is another.
-- reads:  instalment
-- writes: loan_accrual
-- repeat: safe; computed from the rows
update loan_accrual
set
    instalment_no = :accruing,
    completed = (
        select coalesce(sum(i.interest_due - i.interest_cut), 0)
        from instalment as i
        where i.loan_id = :loan_id and i.instalment_no < :accruing
    )
where loan_id = :loan_id;
