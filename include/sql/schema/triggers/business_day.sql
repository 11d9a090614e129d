-- A date goes OPEN -> CLOSING -> CLOSED and never back; dates follow one another without a gap.
delimiter //

create trigger business_day_insert before insert on business_day for each row
begin
    declare latest date;
    declare message varchar(128);
    select max(business_date) into latest from business_day;
    if new.state <> 'OPEN' then
        signal sqlstate '45000' set message_text = 'a business date starts OPEN';
    end if;
    if new.business_date <> latest + interval 1 day then
        set message = concat('the date after ', latest, ' is ', latest + interval 1 day, ', not ', new.business_date);
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger business_day_update before update on business_day for each row
begin
    declare message varchar(128);
    if new.business_date <> old.business_date
        or (new.state <> old.state and concat(old.state, ' ', new.state) not in ('OPEN CLOSING', 'CLOSING CLOSED')) then
        set message = concat('business date ', old.business_date, ' may not go from ', old.state, ' to ', new.state);
        signal sqlstate '45000' set message_text = message;
    end if;
    if old.state = 'CLOSED' then
        set message = concat('business date ', old.business_date, ' is CLOSED and never changes again');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger business_day_delete before delete on business_day for each row
begin
    signal sqlstate '45000' set message_text = 'a business date is never deleted';
end//
