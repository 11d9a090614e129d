-- What was scored stays as it was scored: the features of a decision are frozen, and a past score can be recomputed from them.
delimiter //

create trigger application_score_update before update on application_score
for each row
begin
    signal sqlstate '45000' set message_text = 'application_score is append-only: a score stays as it was given';
end//

create trigger application_score_delete before delete on application_score
for each row
begin
    signal sqlstate '45000' set message_text = 'application_score is append-only: a score stays as it was given';
end//
