-- Each time that a version becomes champion a line of history is written: by promotion, or because the registry's alias was moved.
delimiter //

create trigger score_model_promoted after update on score_model
for each row
begin
    if new.state = 'CHAMPION' and not new.promoted_at <=> old.promoted_at then
        insert into score_model_promotion (model_name, model_version, business_date, promoted_at, promoted_by, reason)
        values (new.model_name, new.model_version, new.promoted_on, new.promoted_at, new.promoted_by, coalesce(new.reason, 'not recorded'));
    elseif new.state = 'CHAMPION' and old.state <> 'CHAMPION' then
        insert into score_model_promotion (model_name, model_version, business_date, promoted_at, promoted_by, reason)
        select new.model_name, new.model_version, max(business_date), now(6), null, 'the alias champion was moved in the registry'
        from business_day
        where is_current = 1;
    end if;
end//

create trigger score_model_promotion_update before update on score_model_promotion
for each row
begin
    signal sqlstate '45000' set message_text = 'score_model_promotion is append-only: who promoted a version stays on record';
end//

create trigger score_model_promotion_delete before delete on score_model_promotion
for each row
begin
    signal sqlstate '45000' set message_text = 'score_model_promotion is append-only: who promoted a version stays on record';
end//
