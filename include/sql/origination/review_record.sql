-- Records what an officer decided. Writes: application_review. The unique key refuses a second open one of an application.
insert into application_review (application_id, outcome, state, amount, annual_rate, tenor, reason, officer, made_on)
values (:application_id, :outcome, :state, :amount, :annual_rate, :tenor, :reason, :officer, curdate());
