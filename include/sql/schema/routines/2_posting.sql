-- The one waterfall. Callers fill posting_loan (which loans) and posting_receipt (which money, in order), then call
-- post_value_date: penalty up to that date, allocation, ledger. The night's batch does so for a range of loans, a
-- teller's insert for one. Nothing here reads the table that its insert's trigger moves: rows are staged first.
-- straight_join: from the staged loans outward; the optimiser does not know how few a fresh temporary table holds.
delimiter //

create procedure prepare_posting()
begin
    create temporary table if not exists posting_loan (loan_id bigint not null primary key) engine = innodb;
    create temporary table if not exists posting_receipt (
        receipt_no bigint not null auto_increment primary key,
        loan_id bigint not null,
        repayment_id bigint,
        amount decimal(18, 2) not null,
        is_held tinyint not null,
        key (loan_id, receipt_no)
    ) engine = innodb;
    create temporary table if not exists posting_cell (
        loan_id bigint not null,
        cell_no int not null,
        instalment_no smallint not null,
        component varchar(10) character set utf8mb4 collate utf8mb4_bin not null,
        amount decimal(18, 2) not null,
        upto decimal(18, 2) not null,
        primary key (loan_id, cell_no)
    ) engine = innodb;
    create temporary table if not exists posting_entry (
        posting_no bigint not null auto_increment primary key,
        loan_id bigint not null,
        instalment_no smallint not null,
        entry_type varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
        value_date date not null,
        principal decimal(18, 2) not null default 0,
        interest decimal(18, 2) not null default 0,
        fee decimal(18, 2) not null default 0,
        penalty decimal(18, 2) not null default 0,
        overpayment decimal(18, 2) not null default 0,
        repayment_id bigint,
        reverses_entry_id bigint
    ) engine = innodb;
    create temporary table if not exists posting_state (
        loan_id bigint not null primary key,
        next_due_date date,
        arrears decimal(18, 2) not null,
        days_past_due int not null,
        state varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
        defaulted_on date,
        arrears_cleared_on date
    ) engine = innodb;
    delete from posting_loan;
    delete from posting_receipt;
    delete from posting_cell;
    delete from posting_entry;
    delete from posting_state;
end//

-- Write what is staged in posting_entry to the ledger, in order, and clear it.
create procedure flush_posting(in p_business_date date)
begin
    insert into ledger_entry (
        loan_id, instalment_no, entry_type, business_date, value_date,
        principal, interest, fee, penalty, overpayment, repayment_id, reverses_entry_id, actor
    )
    select
        loan_id, instalment_no, entry_type, p_business_date, value_date,
        principal, interest, fee, penalty, overpayment, repayment_id, reverses_entry_id, coalesce(@actor, user())
    from posting_entry
    order by posting_no;
    delete from posting_entry;
end//

-- Penalty of posting_loan's past-due instalments, cumulative from the day that penalty counts from up to p_value_date:
--   rate / basis x sum over days of the overdue principal (and interest, if the product compounds) at that day's end
-- which, each payment being an entry with a value date, is
--   rate / basis x (due x days - sum(paid x days since paid)).
-- What is booked is the rounded cumulative amount less what was booked before, so no cent is lost or gained by stopping
-- at any date, and a payment with an older value date corrects itself. A payer on the due date + 1 owes one day.
create procedure charge_penalties(in p_value_date date)
begin
    insert into posting_entry (loan_id, instalment_no, entry_type, value_date, penalty)
    with past_due as (
        select
            i.loan_id,
            i.instalment_no,
            coalesce(i.penalty_rate, l.penalty_rate) as penalty_rate,
            p.penalty_basis,
            p.penalty_compounds,
            p.rounding,
            i.principal_due + if(p.penalty_compounds, i.interest_due, 0) as base,
            greatest(i.penalty_from, i.due_date + interval if(p.penalty_only_after_grace, p.penalty_grace_days, 0) day) as counts_from
        from posting_loan as s
        straight_join loan as l on s.loan_id = l.loan_id
        straight_join loan_product as p on l.product_id = p.product_id
        straight_join instalment as i on s.loan_id = i.loan_id
        where i.due_date < p_value_date
            and datediff(p_value_date, i.due_date) > p.penalty_grace_days
            and i.principal_due - i.principal_paid - i.principal_released
            + if(p.penalty_compounds, i.interest_due - i.interest_paid - i.interest_released, 0) > 0
    ),

    counted as (
        select
            d.loan_id,
            d.instalment_no,
            d.rounding,
            d.penalty_rate * (
                d.base * greatest(0, datediff(p_value_date, d.counts_from))
                - coalesce(sum(
                    (e.principal + if(d.penalty_compounds, e.interest, 0))
                    * greatest(0, datediff(p_value_date, greatest(e.value_date, d.counts_from)))
                ), 0)
            ) / d.penalty_basis as accrued,
            coalesce(sum(if(e.entry_type = 'PENALTY_CHARGE', e.penalty, 0)), 0) as booked
        from past_due as d
        left join ledger_entry as e on d.loan_id = e.loan_id and d.instalment_no = e.instalment_no
        group by
            d.loan_id, d.instalment_no, d.rounding, d.penalty_rate, d.base, d.counts_from, d.penalty_compounds, d.penalty_basis
    )

    select loan_id, instalment_no, 'PENALTY_CHARGE', p_value_date, owed - booked
    from (
        select
            loan_id, instalment_no, booked, if(rounding = 'HALF_UP', round(accrued, 2), round_half_even(accrued)) as owed
        from counted
    ) as rounded
    where owed <> booked;
end//

-- What of a kind of fee stands on an instalment, net of reversals.
create function fee_so_far(p_loan_id bigint, p_instalment_no smallint, p_entry_type varchar(16))
returns decimal(18, 2)
reads sql data
begin
    declare fee_booked decimal(18, 2);
    select coalesce(sum(fee), 0) into fee_booked
    from ledger_entry
    where loan_id = p_loan_id and instalment_no = p_instalment_no and entry_type = p_entry_type;
    return fee_booked;
end//

-- Fees of posting_loan's products on p_value_date: with each instalment on its due date, and once when it has been overdue for so
-- many days and is not paid. What was charged already, at the counter, is not charged again.
create procedure charge_fees(in p_value_date date)
begin
    insert into posting_entry (loan_id, instalment_no, entry_type, value_date, fee)
    select i.loan_id, i.instalment_no, 'DUE_FEE', p_value_date, p.instalment_fee
    from posting_loan as s
    straight_join loan as l on s.loan_id = l.loan_id
    straight_join loan_product as p on l.product_id = p.product_id
    straight_join instalment as i on s.loan_id = i.loan_id
    where p.instalment_fee > 0
        and i.due_date = p_value_date
        and i.principal_due + i.interest_due > greatest(0, i.principal_released + i.interest_released)
        and i.kind = 'REGULAR'
        and i.moved_on is null
        and l.state not in ('PAID_OFF', 'WRITTEN_OFF')
        and fee_so_far(i.loan_id, i.instalment_no, 'DUE_FEE') = 0
    order by i.loan_id, i.instalment_no;

    insert into posting_entry (loan_id, instalment_no, entry_type, value_date, fee)
    select i.loan_id, i.instalment_no, 'LATE_FEE', p_value_date, p.late_fee
    from posting_loan as s
    straight_join loan as l on s.loan_id = l.loan_id
    straight_join loan_product as p on l.product_id = p.product_id
    straight_join instalment as i on s.loan_id = i.loan_id
    where p.late_fee > 0
        and p.late_fee_after_days > 0
        and i.due_date = p_value_date - interval p.late_fee_after_days day
        and i.kind = 'REGULAR'
        and i.principal_due + i.interest_due - i.principal_paid - i.interest_paid - i.principal_released - i.interest_released > 0
        and l.state not in ('PAID_OFF', 'WRITTEN_OFF')
        and fee_so_far(i.loan_id, i.instalment_no, 'LATE_FEE') = 0
    order by i.loan_id, i.instalment_no;
end//

-- Allocate posting_receipt over what posting_loan's loans owe on p_value_date. Each unpaid component of each instalment
-- is a cell; cells in the product's order and receipts in theirs are laid along one line, and where a receipt's stretch
-- overlaps a cell's, that much of the cell is paid. What is left of a receipt stays on the loan as the customer's money.
create procedure allocate_receipts(in p_value_date date)
begin
    delete from posting_cell;
    insert into posting_cell (loan_id, cell_no, instalment_no, component, amount, upto)
    select
        loan_id,
        row_number() over line,
        instalment_no,
        component,
        amount,
        sum(amount) over line
    from (
        select
            i.loan_id,
            i.instalment_no,
            o.component,
            if(o.by_instalment, o.bucket_position, o.position) as first_by,
            o.position,
            case o.component
                when 'PENALTY' then i.penalty_charged - i.penalty_paid - i.penalty_released
                when 'FEE' then i.fee_due + i.fee_charged - i.fee_paid - i.fee_released
                when 'INTEREST' then i.interest_due - i.interest_paid - i.interest_released
                else i.principal_due - i.principal_paid - i.principal_released
            end as amount
        from posting_loan as s
        straight_join loan as l on s.loan_id = l.loan_id
        straight_join loan_product as p on l.product_id = p.product_id
        straight_join instalment as i on s.loan_id = i.loan_id
        straight_join allocation_order as o
            on p.allocation_order = o.order_code
            and o.bucket = case when i.due_date < p_value_date then 'PAST_DUE' when i.due_date = p_value_date then 'DUE' else 'IN_ADVANCE' end
        where (i.due_date <= p_value_date or p.early_money = 'ADVANCE')
            and i.outstanding > 0
    ) as owed
    where amount > 0
    window line as (partition by loan_id order by first_by, instalment_no, position);

    insert into posting_entry (
        loan_id, instalment_no, entry_type, value_date, principal, interest, fee, penalty, overpayment, repayment_id
    )
    select
        loan_id,
        instalment_no,
        if(is_held, 'HELD_APPLIED', 'REPAYMENT'),
        p_value_date,
        sum(if(component = 'PRINCIPAL', paid, 0)),
        sum(if(component = 'INTEREST', paid, 0)),
        sum(if(component = 'FEE', paid, 0)),
        sum(if(component = 'PENALTY', paid, 0)),
        if(is_held, -sum(paid), 0),
        repayment_id
    from (
        select
            r.receipt_no,
            r.loan_id,
            r.repayment_id,
            r.is_held,
            c.instalment_no,
            c.component,
            least(r.upto, c.upto) - greatest(r.upto - r.amount, c.upto - c.amount) as paid
        from (
            select
                receipt_no, loan_id, repayment_id, is_held, amount, sum(amount) over (partition by loan_id order by receipt_no) as upto
            from posting_receipt
        ) as r
        inner join posting_cell as c
            on r.loan_id = c.loan_id and r.upto > c.upto - c.amount and r.upto - r.amount < c.upto
    ) as overlap
    group by loan_id, receipt_no, instalment_no, is_held, repayment_id
    order by loan_id, receipt_no, instalment_no;

    -- what nothing is owed for: of a loan that was written off it is recovered, else it stays on the loan as the customer's
    insert into posting_entry (loan_id, instalment_no, entry_type, value_date, principal, overpayment, repayment_id)
    select
        r.loan_id,
        0,
        if(l.state = 'WRITTEN_OFF', 'RECOVERY', 'REPAYMENT'),
        p_value_date,
        if(l.state = 'WRITTEN_OFF', least(r.amount, r.upto - coalesce(d.owed, 0)), 0),
        if(l.state = 'WRITTEN_OFF', 0, least(r.amount, r.upto - coalesce(d.owed, 0))),
        r.repayment_id
    from (
        select receipt_no, loan_id, repayment_id, is_held, amount, sum(amount) over (partition by loan_id order by receipt_no) as upto
        from posting_receipt
    ) as r
    inner join loan as l on r.loan_id = l.loan_id
    left join (select loan_id, max(upto) as owed from posting_cell group by loan_id) as d on r.loan_id = d.loan_id
    where r.upto > coalesce(d.owed, 0) and not r.is_held
    order by r.receipt_no;
end//

-- Penalty up to p_value_date and its fees, then allocation, for what posting_loan and posting_receipt hold.
create procedure post_value_date(in p_business_date date, in p_value_date date)
begin
    call charge_penalties(p_value_date);
    call charge_fees(p_value_date);
    call flush_posting(p_business_date);
    call allocate_receipts(p_value_date);
    call flush_posting(p_business_date);
    delete from posting_receipt;
end//

-- The customer's money that a loan of posting_loan already holds is the first receipt, where anything is due for it.
create procedure stage_held_money(in p_value_date date)
begin
    insert into posting_receipt (loan_id, amount, is_held)
    select l.loan_id, l.overpayment, 1
    from posting_loan as s
    inner join loan as l on s.loan_id = l.loan_id
    where l.overpayment > 0
        and exists (select 1 from instalment as i where i.loan_id = l.loan_id and i.due_date <= p_value_date and i.outstanding > 0)
    order by l.loan_id;
end//

-- Days past due, arrears and state of posting_loan's loans as of the close of p_date, from what is owed: one statement a
-- transaction, so that a reversal and its replacement do not flap.
create procedure settle_loans(in p_date date)
begin
    declare tolerance decimal(18, 2);
    declare default_after, probation int;
    select
        max(case when name = 'arrears_tolerance' then cast(value as decimal(18, 2)) end),
        max(case when name = 'default_after_days' then cast(value as signed) end),
        max(case when name = 'probation_days' then cast(value as signed) end)
    into tolerance, default_after, probation
    from policy_setting;

    delete from posting_state;
    insert into posting_state (loan_id, next_due_date, arrears, days_past_due, state, defaulted_on, arrears_cleared_on)
    with owing as (
        select
            s.loan_id,
            -- the far date stands for none: MySQL's min() over dates that are all null gives an invalid zero date
            nullif(min(if(i.outstanding > 0, i.due_date, date '9999-12-31')), date '9999-12-31') as next_due_date,
            sum(if(i.due_date < p_date, i.outstanding, 0)) as arrears,
            sum(i.outstanding) as owed
        from posting_loan as s
        straight_join instalment as i on s.loan_id = i.loan_id
        group by s.loan_id
    ),

    aged as (
        select
            o.loan_id,
            o.next_due_date,
            o.arrears,
            o.owed,
            l.state as old_state,
            l.defaulted_on,
            l.unlikely_to_pay_on,
            if(o.arrears > tolerance, datediff(p_date, o.next_due_date), 0) as days_past_due,
            case
                when o.arrears > tolerance or l.unlikely_to_pay_on is not null then null
                when l.days_past_due > 0 or l.defaulted_on is not null then coalesce(l.arrears_cleared_on, p_date)
                else l.arrears_cleared_on
            end as arrears_cleared_on
        from owing as o
        inner join loan as l on o.loan_id = l.loan_id
    ),

    moved as (
        select
            *,
            case
                when old_state = 'WRITTEN_OFF' then 'WRITTEN_OFF'
                when owed = 0 then 'PAID_OFF'
                when unlikely_to_pay_on is not null then 'DEFAULTED'
                when defaulted_on is not null
                    then if(datediff(p_date, arrears_cleared_on) >= probation, 'ACTIVE', 'DEFAULTED')
                when days_past_due > default_after then 'DEFAULTED'
                when days_past_due > 0 then 'OVERDUE'
                else 'ACTIVE'
            end as new_state
        from aged
    )

    select
        loan_id,
        next_due_date,
        arrears,
        days_past_due,
        new_state,
        case when new_state = 'DEFAULTED' then coalesce(defaulted_on, p_date) when new_state = 'PAID_OFF' then defaulted_on end,
        arrears_cleared_on
    from moved;

    update loan as l
    inner join posting_state as n on l.loan_id = n.loan_id
    set
        l.next_due_date = n.next_due_date,
        l.arrears = n.arrears,
        l.days_past_due = n.days_past_due,
        l.state = n.state,
        l.defaulted_on = n.defaulted_on,
        l.arrears_cleared_on = n.arrears_cleared_on;
end//

-- The teller's door: one payment, as the trigger on repayment found it.
create procedure post_at_counter(in p_repayment_id bigint, in p_loan_id bigint, in p_amount decimal(18, 2), in p_date date)
begin
    call prepare_posting();
    insert into posting_loan (loan_id) values (p_loan_id);
    call stage_held_money(p_date);
    insert into posting_receipt (loan_id, repayment_id, amount, is_held) values (p_loan_id, p_repayment_id, p_amount, 0);
    call post_value_date(p_date, p_date);
    call settle_loans(p_date);
end//
