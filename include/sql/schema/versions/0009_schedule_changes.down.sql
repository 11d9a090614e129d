-- Undo what 0009_schedule_changes.sql altered.
alter table loan_product drop constraint loan_product_early;
alter table loan_product add constraint loan_product_early check (early_money in ('HOLD', 'ADVANCE'));
alter table loan_product drop column payoff_fee_rate;
alter table loan drop column restructured_times;
alter table loan drop column observed_until;
alter table loan drop column restructured_on;
alter table instalment drop column moved_on;
alter table instalment drop column penalty_rate;
alter table instalment drop column kind;
alter table schedule_version drop key by_carried;
alter table schedule_version drop constraint schedule_version_replaces;
alter table schedule_version drop column carried_until;
alter table schedule_version drop column taken_over;
alter table schedule_version drop column replaces;
alter table schedule_version drop column method;
alter table schedule_version drop column annual_rate;
