-- A change is asked for by one person and decided by another; what was asked for never changes; every move writes its history.
delimiter //

create trigger change_request_insert before insert on change_request for each row
begin
    declare today date;
    select business_date into today from business_day where is_current = 1 lock in share mode;
    if today is null then
        signal sqlstate '45000' set message_text = 'no business date is open';
    end if;
    if new.state <> 'REQUESTED' or new.checker is not null then
        signal sqlstate '45000' set message_text = 'a change request starts as REQUESTED, undecided';
    end if;
    set new.business_date = today;
end//

create trigger change_request_created after insert on change_request for each row
begin
    insert into change_request_history (change_request_id, from_state, to_state, business_date, actor, reason)
    values (new.change_request_id, null, new.state, new.business_date, new.maker, new.reason);
end//

create trigger change_request_update before update on change_request for each row
begin
    declare message varchar(128);
    if new.state <> old.state
        and not exists (select 1 from change_request_transition where from_state = old.state and to_state = new.state) then
        set message = concat('change request ', old.change_request_id, ' may not go from ', old.state, ' to ', new.state);
        signal sqlstate '45000' set message_text = message;
    end if;
    if new.state in ('APPROVED', 'REJECTED') and (new.checker is null or new.checker = old.maker) then
        set message = concat('change request ', old.change_request_id, ' must be decided by someone other than ', old.maker);
        signal sqlstate '45000' set message_text = message;
    end if;
    if old.checker is not null and not (new.checker <=> old.checker) then
        set message = concat('change request ', old.change_request_id, ' was decided by ', old.checker);
        signal sqlstate '45000' set message_text = message;
    end if;
    if new.kind <> old.kind or not (new.loan_id <=> old.loan_id) or not (new.amount <=> old.amount)
        or not (new.instalment_no <=> old.instalment_no) or not (new.details <=> old.details)
        or new.reason <> old.reason or new.maker <> old.maker or new.business_date <> old.business_date then
        set message = concat('change request ', old.change_request_id, ': what was asked for never changes');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger change_request_moved after update on change_request for each row
begin
    if new.state <> old.state then
        insert into change_request_history (change_request_id, from_state, to_state, business_date, actor, reason)
        select
            new.change_request_id, old.state, new.state, business_date,
            if(new.state in ('APPROVED', 'REJECTED'), new.checker, coalesce(@actor, user())), coalesce(new.error, new.note)
        from business_day
        where is_current = 1;
    end if;
end//

create trigger change_request_delete before delete on change_request for each row
begin
    signal sqlstate '45000' set message_text = 'a change request is never deleted: withdraw it';
end//

create trigger change_request_history_update before update on change_request_history for each row
begin
    signal sqlstate '45000' set message_text = 'change_request_history is append-only';
end//

create trigger change_request_history_delete before delete on change_request_history for each row
begin
    signal sqlstate '45000' set message_text = 'change_request_history is append-only';
end//
