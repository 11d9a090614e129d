-- Money received. A row that comes by file waits for the night's batch; a row that a teller inserts is posted at once,
-- by the same routines. While a date is closing, a teller's money waits and is booked on the next date.
delimiter //

create trigger repayment_insert before insert on repayment for each row
begin
    declare today date;
    declare day_state varchar(8);
    declare message varchar(128);
    select business_date, state into today, day_state from business_day where is_current = 1 lock in share mode;
    if today is null then
        signal sqlstate '45000' set message_text = 'no business date is open';
    end if;
    if new.channel = 'COUNTER' then
        set new.business_date = if(day_state = 'OPEN', today, today + interval 1 day);
        set new.value_date = coalesce(new.value_date, new.business_date);
        set new.loan_id = (select loan_id from loan where loan_no = new.loan_no);
        -- money that counts from an earlier date, a bounce, or money for no known loan or one whose payout came back is the batch's to sort out
        set new.state = if(
            day_state = 'OPEN' and new.kind = 'PAYMENT' and new.loan_id is not null and new.value_date = today
            and not exists (
                select 1 from loan as l inner join payout as p on l.application_id = p.application_id
                where l.loan_id = new.loan_id and p.state = 'RETURNED'
            ), 'POSTED', 'RECEIVED'
        );
    elseif new.business_date <> today or day_state <> 'OPEN' then
        set message = concat('repayment ', new.external_ref, ' for ', new.business_date, ': that date is not open');
        signal sqlstate '45000' set message_text = message;
    elseif new.state <> 'RECEIVED' then
        set message = concat('repayment ', new.external_ref, ' must start as RECEIVED, not ', new.state);
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger repayment_received after insert on repayment for each row
begin
    if new.channel = 'COUNTER' and new.state = 'POSTED' then
        call post_at_counter(new.repayment_id, new.loan_id, new.amount, new.business_date);
    end if;
end//

create trigger repayment_update before update on repayment for each row
begin
    declare message varchar(128);
    if new.source <> old.source or new.external_ref <> old.external_ref or new.amount <> old.amount
        or new.value_date <> old.value_date or new.business_date <> old.business_date or new.loan_no <> old.loan_no
        or new.kind <> old.kind or new.channel <> old.channel or not (new.loan_id <=> old.loan_id) then
        set message = concat('repayment ', old.external_ref, ': what was received never changes');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger repayment_delete before delete on repayment for each row
begin
    signal sqlstate '45000' set message_text = 'a repayment is never deleted';
end//
