-- Value dates. Money that counts from an earlier date, and a payment that bounced, make their loan live its days again:
-- what was booked from that value date on is reversed today with its old value dates, last first, and the loan's
-- receipts are posted anew in order of value date and arrival. Callers fill replay_loan and mark bounced payments BOUNCED.
delimiter //

create procedure prepare_replay()
begin
    create temporary table if not exists replay_loan (loan_id bigint not null primary key, from_date date not null) engine = innodb;
    create temporary table if not exists replay_date (value_date date not null primary key) engine = innodb;
    delete from replay_loan;
    delete from replay_date;
end//

create procedure replay_loans(in p_business_date date)
begin
    declare v_value_date date;

    insert into posting_entry (
        loan_id, instalment_no, entry_type, value_date, principal, interest, fee, penalty, overpayment, repayment_id, reverses_entry_id
    )
    select
        e.loan_id, e.instalment_no, e.entry_type, e.value_date, -e.principal, -e.interest, -e.fee, -e.penalty, -e.overpayment,
        e.repayment_id, e.entry_id
    from replay_loan as r
    inner join ledger_entry as e on r.loan_id = e.loan_id
    left join ledger_entry as undone on e.entry_id = undone.reverses_entry_id
    where e.reverses_entry_id is null
        and undone.entry_id is null
        and (
            (e.entry_type in ('REPAYMENT', 'HELD_APPLIED') and e.value_date >= r.from_date)
            -- penalty up to from_date was charged before that date's receipts and stands
            or (e.entry_type = 'PENALTY_CHARGE' and e.value_date > r.from_date)
        )
    order by e.entry_id desc;
    call flush_posting(p_business_date);

    -- the dates on which something is allocated: receipts, and due dates that held money waits for
    insert ignore into replay_date (value_date)
    select p.value_date
    from replay_loan as r
    inner join repayment as p on r.loan_id = p.loan_id and p.value_date >= r.from_date
    where p.kind = 'PAYMENT' and (p.state = 'POSTED' or (p.state = 'RECEIVED' and p.value_date < p_business_date));
    insert ignore into replay_date (value_date)
    select i.due_date
    from replay_loan as r
    inner join instalment as i on r.loan_id = i.loan_id and i.due_date >= r.from_date and i.due_date <= p_business_date;

    select min(value_date) into v_value_date from replay_date;
    while v_value_date is not null do
        delete from posting_loan;
        insert into posting_loan (loan_id) select loan_id from replay_loan where from_date <= v_value_date;
        call stage_held_money(v_value_date);
        insert into posting_receipt (loan_id, repayment_id, amount, is_held)
        select p.loan_id, p.repayment_id, p.amount, 0
        from replay_loan as r
        inner join repayment as p on r.loan_id = p.loan_id
        where p.value_date = v_value_date
            and r.from_date <= v_value_date
            and p.kind = 'PAYMENT'
            and (p.state = 'POSTED' or (p.state = 'RECEIVED' and p.value_date < p_business_date))
        order by p.loan_id, p.repayment_id;
        delete s from posting_loan as s left join posting_receipt as r on s.loan_id = r.loan_id where r.loan_id is null;
        call post_value_date(p_business_date, v_value_date);
        select min(value_date) into v_value_date from replay_date where value_date > v_value_date;
    end while;

    delete from posting_loan;
    insert into posting_loan (loan_id) select loan_id from replay_loan;
    call settle_loans(p_business_date);
end//
