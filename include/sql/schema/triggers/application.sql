-- An application moves only along application_transition, only while a date is open; every move writes its history.
delimiter //

create trigger application_insert before insert on application for each row
begin
    declare message varchar(128);
    declare today date;
    select business_date into today from business_day where is_current = 1 and state = 'OPEN' lock in share mode;
    if new.state <> 'NEW' then
        set message = concat('application ', new.application_no, ' must start as NEW, not ', new.state);
        signal sqlstate '45000' set message_text = message;
    end if;
    if today is null or new.business_date <> today then
        set message = concat('application ', new.application_no, ' of ', new.business_date, ': that date is not open');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger application_created after insert on application for each row
begin
    insert into application_history (application_id, from_state, to_state, business_date, actor, reason)
    values (new.application_id, null, new.state, new.business_date, coalesce(@actor, user()), @reason);
end//

create trigger application_update before update on application for each row
begin
    declare message varchar(128);
    if new.state <> old.state then
        if not exists (select 1 from application_transition where from_state = old.state and to_state = new.state) then
            set message = concat('application ', old.application_no, ' may not go from ', old.state, ' to ', new.state);
            signal sqlstate '45000' set message_text = message;
        end if;
        if not exists (select 1 from business_day where is_current = 1 and state = 'OPEN' lock in share mode) then
            signal sqlstate '45000' set message_text = 'the business date is being closed: try again when the next one is open';
        end if;
    end if;
    if new.application_no <> old.application_no or new.amount <> old.amount or new.business_date <> old.business_date then
        set message = concat('application ', old.application_no, ': what was asked for never changes');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger application_moved after update on application for each row
begin
    if new.state <> old.state then
        insert into application_history (application_id, from_state, to_state, business_date, actor, reason)
        select new.application_id, old.state, new.state, business_date, coalesce(@actor, user()), @reason
        from business_day
        where is_current = 1;
    end if;
end//

create trigger application_delete before delete on application for each row
begin
    signal sqlstate '45000' set message_text = 'an application is never deleted';
end//

create trigger application_decision_insert before insert on application_decision for each row
begin
    declare message varchar(128);
    if not exists (
        select 1 from business_day where is_current = 1 and state = 'OPEN' and business_date = new.business_date lock in share mode
    ) then
        set message = concat('a decision of ', new.business_date, ': that date is not open');
        signal sqlstate '45000' set message_text = message;
    end if;
end//
