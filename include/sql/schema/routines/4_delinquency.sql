-- Delinquency of loans whose past has changed, as it is known now: every day lived again by value date, from what was owed at
-- its end. Called by servicing.age_loans before it settles; what today adds is servicing.track_delinquency's.
delimiter //

create procedure prepare_restating()
begin
    create temporary table if not exists restated_loan (
        loan_id bigint not null primary key,
        first_day date not null comment 'the last day that did not change, where the loan was ours then'
    ) engine = innodb;
    create temporary table if not exists restated_day (
        loan_id bigint not null,
        day date not null,
        primary key (loan_id, day)
    ) engine = innodb;
    create temporary table if not exists restated_state (
        loan_id bigint not null,
        day date not null,
        arrears decimal(18, 2) not null,
        days_past_due int not null,
        delinquent_days int not null,
        bucket_code varchar(12) character set utf8mb4 collate utf8mb4_bin,
        primary key (loan_id, day)
    ) engine = innodb;
    create temporary table if not exists restated_island (
        loan_id bigint not null,
        from_date date not null,
        to_date date not null,
        bucket_code varchar(12) character set utf8mb4 collate utf8mb4_bin not null,
        delinquent_days int not null,
        amount decimal(18, 2) not null,
        primary key (loan_id, from_date)
    ) engine = innodb;
    create temporary table if not exists restated_fact (
        loan_id bigint not null primary key,
        first_day date not null,
        last_late date,
        first_default date,
        worst_days int not null,
        days_past_due int not null,
        judged_on date comment 'latest judgement that it is unlikely to pay',
        withdrawn_on date comment 'latest withdrawal of one',
        class_before tinyint not null
    ) engine = innodb;
    delete from restated_loan;
    delete from restated_day;
    delete from restated_state;
    delete from restated_island;
    delete from restated_fact;
end//

-- Which loans: something was booked on p_date that counts from before it, or a pause that began before it was agreed on it.
create procedure find_restated(in p_date date, in p_loan_from bigint, in p_loan_to bigint)
begin
    insert into restated_loan (loan_id, first_day)
    select
        c.loan_id,
        greatest(min(c.changed_on) - interval 1 day, coalesce((
            select min(o.business_date) from ledger_entry as o where o.loan_id = c.loan_id and o.entry_type in ('OPENING', 'DISBURSEMENT')
        ), min(c.changed_on)))
    from (
        select loan_id, value_date as changed_on
        from ledger_entry
        where business_date = p_date
            and value_date < p_date
            and entry_type not in ('OPENING', 'DISBURSEMENT')
            and loan_id between p_loan_from and p_loan_to
        union all
        select loan_id, starts_on
        from delinquency_pause
        where made_on = p_date and starts_on < p_date and loan_id between p_loan_from and p_loan_to
    ) as c
    group by c.loan_id;

    insert into restated_day (loan_id, day)
    with recursive digit as (
        select 0 as n
        union all
        select n + 1 from digit where n < 9
    )

    select r.loan_id, r.first_day + interval (a.n + 10 * b.n + 100 * c.n + 1000 * d.n) day
    from restated_loan as r
    inner join digit as a on 1 = 1
    inner join digit as b on 10 * b.n <= datediff(p_date, r.first_day)
    inner join digit as c on 100 * c.n <= datediff(p_date, r.first_day)
    inner join digit as d on 1000 * d.n <= datediff(p_date, r.first_day)
    where a.n + 10 * b.n + 100 * c.n + 1000 * d.n <= datediff(p_date, r.first_day);
end//

-- Each of those days: past due = rows due before it, less what had been paid on them by value date; as include/lending/delinquency.py.
create procedure live_restated(in p_tolerance decimal(18, 2))
begin
    insert into restated_state (loan_id, day, arrears, days_past_due, delinquent_days, bucket_code)
    with owing as (
        select
            r.loan_id,
            r.day,
            i.due_date,
            i.principal_due + i.interest_due + i.fee_due + coalesce((
                select sum(if(
                    e.entry_type in ('OPENING', 'PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE'),
                    e.fee + e.penalty,
                    -e.principal - e.interest - e.fee - e.penalty
                ))
                from ledger_entry as e
                where e.loan_id = r.loan_id and e.instalment_no = i.instalment_no and e.value_date <= r.day
            ), 0) as owed
        from restated_day as r
        left join instalment as i on r.loan_id = i.loan_id and i.due_date < r.day
    ),

    late as (
        select
            loan_id,
            day,
            coalesce(sum(owed), 0) as arrears,
            min(if(owed > 0, due_date, date '9999-12-31')) as since
        from owing
        group by loan_id, day
    ),

    counted as (
        select
            t.loan_id,
            t.day,
            t.arrears,
            if(t.arrears > p_tolerance, datediff(t.day, t.since), 0) as days_past_due,
            if(t.arrears > p_tolerance, greatest(
                0,
                datediff(t.day, t.since) - coalesce(p.delinquency_grace_days, p.penalty_grace_days) - coalesce((
                    select sum(greatest(0, datediff(least(u.ends_on, coalesce(u.resumed_on, u.ends_on), t.day), greatest(u.starts_on, t.since))))
                    from delinquency_pause as u
                    where u.loan_id = t.loan_id
                ), 0)
            ), 0) as delinquent_days
        from late as t
        inner join loan as l on t.loan_id = l.loan_id
        inner join loan_product as p on l.product_id = p.product_id
    )

    select c.loan_id, c.day, c.arrears, c.days_past_due, c.delinquent_days, b.bucket_code
    from counted as c
    left join delinquency_bucket as b
        on c.delinquent_days >= b.days_from and (b.days_to is null or c.delinquent_days <= b.days_to);
end//

-- The history from first_day on is replaced: a row for each run of days in one bucket; the run that was under way before goes on.
create procedure rewrite_delinquency_history(in p_date date)
begin
    insert into restated_island (loan_id, from_date, to_date, bucket_code, delinquent_days, amount)
    select loan_id, from_day, day, bucket_code, delinquent_days, arrears
    from (
        select
            *,
            min(day) over island as from_day,
            max(day) over island as last_day
        from (
            select *, day - interval row_number() over (partition by loan_id, bucket_code order by day) day as run
            from restated_state
        ) as numbered
        window island as (partition by loan_id, bucket_code, run)
    ) as runs
    where day = last_day and bucket_code is not null;

    update delinquency_history as h
    inner join restated_loan as r on h.loan_id = r.loan_id
    set h.to_date = r.first_day - interval 1 day
    where h.from_date < r.first_day and (h.to_date is null or h.to_date >= r.first_day);

    update restated_island as n
    inner join restated_loan as r on n.loan_id = r.loan_id and n.from_date = r.first_day
    inner join delinquency_history as h
        on n.loan_id = h.loan_id and h.to_date = r.first_day - interval 1 day and n.bucket_code = h.bucket_code
    set n.from_date = h.from_date;

    delete h
    from delinquency_history as h
    inner join restated_loan as r on h.loan_id = r.loan_id
    where h.from_date >= r.first_day;

    insert into delinquency_history (loan_id, from_date, to_date, bucket_code, delinquent_days, amount)
    select loan_id, from_date, nullif(to_date, p_date), bucket_code, delinquent_days, amount
    from restated_island
    on duplicate key update to_date = values (to_date), delinquent_days = values (delinquent_days), amount = values (amount);
end//

-- What follows for the loan. A default of these days that was none is forgotten, one that was begins on its true day; arrears are
-- clear from the day after the last late one; accrual that was stopped on these days without need goes on; the class held is the
-- worst of these days.
create procedure restate_standing(in p_date date, in p_default_after int, in p_stops_after int)
begin
    insert into restated_fact (
        loan_id, first_day, last_late, first_default, worst_days, days_past_due, judged_on, withdrawn_on, class_before
    )
    select
        s.loan_id,
        s.first_day,
        nullif(s.last_late, date '1000-01-01'),
        nullif(s.first_default, date '9999-12-31'),
        s.worst_days,
        s.days_past_due,
        (select max(c.applied_on) from change_request as c where c.loan_id = s.loan_id and c.kind = 'UNLIKELY_TO_PAY'),
        (select max(c.applied_on) from change_request as c where c.loan_id = s.loan_id and c.kind = 'LIKELY_TO_PAY'),
        coalesce((
            select h.class_code
            from loan_class_history as h
            where h.loan_id = s.loan_id and h.business_date <= s.first_day
            order by h.history_id desc
            limit 1
        ), 1)
    from (
        select
            loan_id,
            min(day) as first_day,
            max(if(days_past_due > 0, day, date '1000-01-01')) as last_late,
            min(if(days_past_due > p_default_after, day, date '9999-12-31')) as first_default,
            max(days_past_due) as worst_days,
            max(if(day = p_date, days_past_due, 0)) as days_past_due
        from restated_state
        group by loan_id
    ) as s;

    update loan as l
    inner join restated_state as s on l.loan_id = s.loan_id and s.day = p_date
    set l.delinquent_days = s.delinquent_days, l.bucket_code = s.bucket_code;

    update loan as l
    inner join restated_fact as f on l.loan_id = f.loan_id
    inner join asset_class as c on f.worst_days between c.dpd_from and c.dpd_to
    set l.class_code = greatest(c.class_code, f.class_before)
    where l.state <> 'WRITTEN_OFF';

    update loan as l
    inner join restated_fact as f on l.loan_id = f.loan_id
    set l.defaulted_on = f.first_default
    where l.defaulted_on >= f.first_day
        and l.unlikely_to_pay_on is null
        and (f.judged_on is null or f.judged_on < l.defaulted_on)
        and l.state <> 'WRITTEN_OFF';

    update loan as l
    inner join restated_fact as f on l.loan_id = f.loan_id
    set l.accrual_stopped_on = null
    where l.accrual_stopped_on >= f.first_day and f.worst_days <= p_stops_after and l.state <> 'WRITTEN_OFF';

    update loan as l
    inner join restated_fact as f on l.loan_id = f.loan_id
    set l.arrears_cleared_on = greatest(
        coalesce(f.last_late + interval 1 day, least(l.arrears_cleared_on, f.first_day)),
        coalesce(f.withdrawn_on, date '1000-01-01')
    )
    where l.arrears_cleared_on is not null and l.unlikely_to_pay_on is null and f.days_past_due = 0 and l.state <> 'WRITTEN_OFF';
end//

create procedure restate_delinquency(in p_date date, in p_loan_from bigint, in p_loan_to bigint)
begin
    declare tolerance decimal(18, 2);
    declare default_after, stops_after int;
    select
        max(case when name = 'arrears_tolerance' then cast(value as decimal(18, 2)) end),
        max(case when name = 'default_after_days' then cast(value as signed) end),
        max(case when name = 'accrual_stops_after_days' then cast(value as signed) end)
    into tolerance, default_after, stops_after
    from policy_setting;
    call prepare_restating();
    call find_restated(p_date, p_loan_from, p_loan_to);
    if exists (select 1 from restated_loan) then
        call live_restated(tolerance);
        call rewrite_delinquency_history(p_date);
        call restate_standing(p_date, default_after, stops_after);
    end if;
end//
