-- A new schedule version replaces rows of the older ones: it marks them, so that they stay readable and are scheduled no more.
delimiter //

create trigger schedule_version_replaces after insert on schedule_version for each row
begin
    if new.replaces <> 'NOTHING' then
        update instalment set moved_on = new.made_on
        where loan_id = new.loan_id
            and version < new.version
            and moved_on is null
            and (period_end > new.made_on or (new.replaces = 'EVERYTHING' and outstanding <> 0));
    end if;
end//

create trigger schedule_version_update before update on schedule_version for each row
begin
    signal sqlstate '45000' set message_text = 'a schedule version never changes; make a new one';
end//

create trigger schedule_version_delete before delete on schedule_version for each row
begin
    signal sqlstate '45000' set message_text = 'a schedule version is never deleted';
end//
