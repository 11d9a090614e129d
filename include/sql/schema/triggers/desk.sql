-- What happens at the desk is only added to; a right or a proposal ends once, and who ended it stays.
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

create trigger review_proposal_insert before insert on review_proposal for each row
begin
    declare today date;
    select business_date into today from business_day where is_current = 1 lock in share mode;
    if today is null then
        signal sqlstate '45000' set message_text = 'no business date is open';
    end if;
    set new.business_date = today;
    if new.state <> 'OPEN' or new.second_person is not null then
        signal sqlstate '45000' set message_text = 'review_proposal: it starts open, with one person';
    end if;
end//

create trigger review_proposal_update before update on review_proposal for each row
begin
    if old.state <> 'OPEN' or new.state = 'OPEN' or new.second_person is null then
        signal sqlstate '45000' set message_text = 'review_proposal: it is ended once, by a person with a name';
    end if;
    if new.application_id <> old.application_id or new.amount <> old.amount or new.annual_rate <> old.annual_rate
        or new.tenor <> old.tenor or new.reason <> old.reason or new.officer <> old.officer then
        signal sqlstate '45000' set message_text = 'review_proposal: what was proposed never changes';
    end if;
end//

create trigger review_proposal_delete before delete on review_proposal for each row
begin
    signal sqlstate '45000' set message_text = 'a review proposal is never deleted';
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
