-- The journal is append-only and books on the open date alone; histories and decisions are append-only too.
delimiter //

create trigger journal_insert before insert on journal for each row
begin
    declare today date;
    declare message varchar(128);
    select business_date into today from business_day where is_current = 1 lock in share mode;
    if today is null or new.business_date <> today then
        set message = concat('a journal line on ', new.business_date, ': that date is not open');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger journal_update before update on journal for each row
begin
    signal sqlstate '45000' set message_text = 'journal is append-only: book a reversing line';
end//

create trigger journal_delete before delete on journal for each row
begin
    signal sqlstate '45000' set message_text = 'journal is append-only: book a reversing line';
end//

create trigger loan_history_insert before insert on loan_history for each row
begin
    if not exists (select 1 from business_day where is_current = 1 and business_date = new.business_date lock in share mode) then
        signal sqlstate '45000' set message_text = 'loan_history: that date is not open';
    end if;
end//

create trigger loan_history_update before update on loan_history for each row
begin
    signal sqlstate '45000' set message_text = 'loan_history is append-only';
end//

create trigger loan_history_delete before delete on loan_history for each row
begin
    signal sqlstate '45000' set message_text = 'loan_history is append-only';
end//

create trigger loan_class_history_update before update on loan_class_history for each row
begin
    signal sqlstate '45000' set message_text = 'loan_class_history is append-only';
end//

create trigger loan_class_history_delete before delete on loan_class_history for each row
begin
    signal sqlstate '45000' set message_text = 'loan_class_history is append-only';
end//

create trigger application_history_insert before insert on application_history for each row
begin
    if not exists (select 1 from business_day where is_current = 1 and business_date = new.business_date lock in share mode) then
        signal sqlstate '45000' set message_text = 'application_history: that date is not open';
    end if;
end//

create trigger application_history_update before update on application_history for each row
begin
    signal sqlstate '45000' set message_text = 'application_history is append-only';
end//

create trigger application_history_delete before delete on application_history for each row
begin
    signal sqlstate '45000' set message_text = 'application_history is append-only';
end//

create trigger application_decision_update before update on application_decision for each row
begin
    signal sqlstate '45000' set message_text = 'application_decision is append-only: decide anew';
end//

create trigger application_decision_delete before delete on application_decision for each row
begin
    signal sqlstate '45000' set message_text = 'application_decision is append-only: decide anew';
end//
