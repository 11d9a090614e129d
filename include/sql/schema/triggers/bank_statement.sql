-- What the bank stated and what the books expect of it: comes in on the open date, never changes, is settled once; nothing is deleted.
delimiter //

create trigger bank_statement_insert before insert on bank_statement for each row
begin
    if not exists (select 1 from business_day where is_current = 1 and business_date = new.business_date lock in share mode) then
        signal sqlstate '45000' set message_text = 'bank_statement: that date is not open';
    end if;
end//

create trigger bank_statement_update before update on bank_statement for each row
begin
    signal sqlstate '45000' set message_text = 'bank_statement: what the bank stated never changes';
end//

create trigger bank_statement_delete before delete on bank_statement for each row
begin
    signal sqlstate '45000' set message_text = 'a bank statement is never deleted';
end//

create trigger bank_line_insert before insert on bank_line for each row
begin
    if not exists (select 1 from business_day where is_current = 1 and business_date = new.business_date lock in share mode) then
        signal sqlstate '45000' set message_text = 'bank_line: that date is not open';
    end if;
end//

create trigger bank_line_update before update on bank_line for each row
begin
    declare message varchar(128);
    if new.statement_date <> old.statement_date or new.line_no <> old.line_no or new.kind <> old.kind or new.value_date <> old.value_date
        or new.amount <> old.amount or new.reference <> old.reference or new.business_date <> old.business_date then
        set message = concat('line ', old.bank_line_id, ' of a bank statement: what the bank stated never changes');
        signal sqlstate '45000' set message_text = message;
    end if;
    if old.settled_on is not null then
        set message = concat('line ', old.bank_line_id, ' of a bank statement is settled already');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger bank_line_delete before delete on bank_line for each row
begin
    signal sqlstate '45000' set message_text = 'a line of a bank statement is never deleted';
end//

create trigger bank_item_insert before insert on bank_item for each row
begin
    if not exists (select 1 from business_day where is_current = 1 and business_date = new.business_date lock in share mode) then
        signal sqlstate '45000' set message_text = 'bank_item: that date is not open';
    end if;
end//

create trigger bank_item_update before update on bank_item for each row
begin
    declare message varchar(128);
    if new.kind <> old.kind or new.source_id <> old.source_id or new.amount <> old.amount or new.reference <> old.reference
        or new.business_date <> old.business_date then
        set message = concat('bank item ', old.bank_item_id, ': what was booked never changes');
        signal sqlstate '45000' set message_text = message;
    end if;
    if old.settled_on is not null then
        set message = concat('bank item ', old.bank_item_id, ' is settled already');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger bank_item_delete before delete on bank_item for each row
begin
    signal sqlstate '45000' set message_text = 'a bank item is never deleted';
end//

create trigger bank_statement_override_insert before insert on bank_statement_override for each row
begin
    if not exists (select 1 from business_day where is_current = 1 and business_date = new.business_date lock in share mode) then
        signal sqlstate '45000' set message_text = 'bank_statement_override: only the date that is open or being closed can be overridden';
    end if;
    if exists (select 1 from bank_statement where business_date = new.business_date) then
        signal sqlstate '45000' set message_text = 'bank_statement_override: the statement of that date is loaded';
    end if;
end//

create trigger bank_statement_override_update before update on bank_statement_override for each row
begin
    signal sqlstate '45000' set message_text = 'bank_statement_override: what was recorded never changes';
end//

create trigger bank_statement_override_delete before delete on bank_statement_override for each row
begin
    signal sqlstate '45000' set message_text = 'bank_statement_override: what was recorded is never deleted';
end//
