-- What happens at the desk is only added to; a right or a review ends once, and who ended it stays.
delimiter //

create trigger desk_right_update before update on desk_right for each row
begin
    if old.revoked_at is not null or new.revoked_at is null or new.user_name <> old.user_name or new.role <> old.role
        or new.granted_by <> old.granted_by or new.granted_at <> old.granted_at then
        signal sqlstate '45000' set message_text = 'desk_right: a right is given, then taken back once; nothing else changes';
    end if;
end//

create trigger desk_right_delete before delete on desk_right for each row
begin
    signal sqlstate '45000' set message_text = 'desk_right: take a right back instead of deleting it';
end//

create trigger application_review_insert before insert on application_review for each row
begin
    if new.second_person is not null or new.state not in ('OPEN', 'WAITING', 'DONE') then
        signal sqlstate '45000' set message_text = 'application_review: it starts with one person, open, waiting or done';
    end if;
    set new.made_on = (select max(business_date) from business_day);
end//

create trigger application_review_update before update on application_review for each row
begin
    if old.state not in ('OPEN', 'WAITING') or new.state = 'OPEN' then
        signal sqlstate '45000' set message_text = 'application_review: what has ended stays as it is';
    end if;
    if old.state = 'OPEN' and new.state in ('WAITING', 'DONE', 'RETURNED') and new.second_person is null then
        signal sqlstate '45000' set message_text = 'application_review: it waits for a second person';
    end if;
    if new.application_id <> old.application_id or new.outcome <> old.outcome or new.reason <> old.reason
        or not (new.amount <=> old.amount) or not (new.annual_rate <=> old.annual_rate) or not (new.tenor <=> old.tenor)
        or new.officer <> old.officer or new.made_on <> old.made_on then
        signal sqlstate '45000' set message_text = 'application_review: what an officer decided never changes';
    end if;
end//

create trigger application_review_delete before delete on application_review for each row
begin
    signal sqlstate '45000' set message_text = 'an application_review is never deleted';
end//

create trigger loan_note_insert before insert on loan_note for each row
begin
    set new.business_date = (select max(business_date) from business_day);
end//

create trigger loan_note_update before update on loan_note for each row
begin
    signal sqlstate '45000' set message_text = 'loan_note is append-only: write another note';
end//

create trigger loan_note_delete before delete on loan_note for each row
begin
    signal sqlstate '45000' set message_text = 'loan_note is append-only: write another note';
end//

create trigger promise_to_pay_insert before insert on promise_to_pay for each row
begin
    set new.business_date = (select max(business_date) from business_day);
    if new.promised_on < new.business_date then
        signal sqlstate '45000' set message_text = 'promise_to_pay: a promise is for today or later';
    end if;
end//

create trigger promise_to_pay_update before update on promise_to_pay for each row
begin
    signal sqlstate '45000' set message_text = 'promise_to_pay is append-only: note a new promise';
end//

create trigger promise_to_pay_delete before delete on promise_to_pay for each row
begin
    signal sqlstate '45000' set message_text = 'promise_to_pay is append-only: note a new promise';
end//

create trigger personal_data_shown_update before update on personal_data_shown for each row
begin
    signal sqlstate '45000' set message_text = 'personal_data_shown is append-only';
end//

create trigger personal_data_shown_delete before delete on personal_data_shown for each row
begin
    signal sqlstate '45000' set message_text = 'personal_data_shown is append-only';
end//
