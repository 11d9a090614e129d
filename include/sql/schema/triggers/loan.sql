-- A loan moves only along loan_transition; every move writes its history. Terms never change; moved amounts start at nothing.
delimiter //

create trigger loan_insert before insert on loan for each row
begin
    declare message varchar(128);
    if new.principal_disbursed <> 0 or new.principal_paid <> 0 or new.principal_released <> 0
        or new.interest_paid <> 0 or new.interest_released <> 0
        or new.fee_charged <> 0 or new.fee_paid <> 0 or new.fee_released <> 0
        or new.penalty_charged <> 0 or new.penalty_paid <> 0 or new.penalty_released <> 0
        or new.overpayment <> 0 then
        set message = concat('loan ', new.loan_no, ': amounts come from ledger_entry alone');
        signal sqlstate '45000' set message_text = message;
    end if;
    if new.source = 'ORIGINATED' and new.state <> 'ACTIVE' then
        set message = concat('loan ', new.loan_no, ' must start as ACTIVE, not ', new.state);
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger loan_created after insert on loan for each row
begin
    insert into loan_history (loan_id, from_state, to_state, business_date, actor, reason)
    select new.loan_id, null, new.state, business_date, coalesce(@actor, user()), @reason
    from business_day
    where is_current = 1;
    if new.class_code <> 1 or new.stage <> 1 then
        insert into loan_class_history (loan_id, business_date, class_code, stage, accrual_stopped_on, unlikely_to_pay_on, actor)
        select new.loan_id, business_date, new.class_code, new.stage, null, null, coalesce(@actor, user())
        from business_day
        where is_current = 1;
    end if;
end//

create trigger loan_update before update on loan for each row
begin
    declare message varchar(128);
    if new.state <> old.state
        and not exists (select 1 from loan_transition where from_state = old.state and to_state = new.state) then
        set message = concat('loan ', old.loan_no, ' may not go from ', old.state, ' to ', new.state);
        signal sqlstate '45000' set message_text = message;
    end if;
    if new.loan_no <> old.loan_no or new.principal <> old.principal or new.annual_rate <> old.annual_rate
        or new.penalty_rate <> old.penalty_rate or new.disbursed_on <> old.disbursed_on or new.product_id <> old.product_id then
        set message = concat('loan ', old.loan_no, ': the terms of a contract never change');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger loan_moved after update on loan for each row
begin
    if new.state <> old.state then
        insert into loan_history (loan_id, from_state, to_state, business_date, actor, reason)
        select
            new.loan_id, old.state, new.state, business_date, coalesce(@actor, user()),
            coalesce(@reason, concat('days past due ', old.days_past_due, ' -> ', new.days_past_due))
        from business_day
        where is_current = 1;
    end if;
    if new.class_code <> old.class_code or new.stage <> old.stage or not (new.accrual_stopped_on <=> old.accrual_stopped_on)
        or not (new.unlikely_to_pay_on <=> old.unlikely_to_pay_on) then
        insert into loan_class_history (loan_id, business_date, class_code, stage, accrual_stopped_on, unlikely_to_pay_on, actor)
        select
            new.loan_id, business_date, new.class_code, new.stage, new.accrual_stopped_on, new.unlikely_to_pay_on,
            coalesce(@actor, user())
        from business_day
        where is_current = 1;
    end if;
end//

create trigger loan_delete before delete on loan for each row
begin
    signal sqlstate '45000' set message_text = 'a loan is never deleted';
end//

create trigger instalment_insert before insert on instalment for each row
begin
    declare message varchar(128);
    if new.principal_paid <> 0 or new.principal_released <> 0 or new.interest_paid <> 0 or new.interest_released <> 0
        or new.fee_charged <> 0 or new.fee_paid <> 0 or new.fee_released <> 0
        or new.penalty_charged <> 0 or new.penalty_paid <> 0 or new.penalty_released <> 0 or new.moved_on is not null then
        set message = concat('instalment ', new.loan_id, '/', new.instalment_no, ': moved amounts come from ledger_entry alone');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger instalment_update before update on instalment for each row
begin
    declare message varchar(128);
    if new.loan_id <> old.loan_id or new.instalment_no <> old.instalment_no or new.due_date <> old.due_date
        or new.principal_due <> old.principal_due or new.interest_due <> old.interest_due or new.fee_due <> old.fee_due
        or new.period_start <> old.period_start or new.period_end <> old.period_end or new.penalty_from <> old.penalty_from
        or new.kind <> old.kind or not (new.penalty_rate <=> old.penalty_rate) then
        set message = concat('instalment ', old.loan_id, '/', old.instalment_no, ': a schedule never changes; make a new version');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger instalment_delete before delete on instalment for each row
begin
    signal sqlstate '45000' set message_text = 'an instalment is never deleted';
end//
