-- Undo what 0010_delinquency.sql altered; the tables it created are dropped by themselves.
alter table loan_day drop column penalty_suspended;
alter table loan_day drop column accrued_suspended;
alter table loan_day drop column interest_suspended;
alter table loan_day drop column bucket_code;
alter table loan_day drop column delinquent_days;
delete from posting_rule where debit_account in (select account_code from chart_of_accounts where kind = 'MEMORANDUM');
delete from chart_of_accounts where kind = 'MEMORANDUM';
alter table chart_of_accounts drop constraint account_kind;
alter table chart_of_accounts add constraint account_kind check (kind in ('ASSET', 'LIABILITY', 'EQUITY', 'INCOME', 'EXPENSE'));
alter table loan_product drop column delinquency_grace_days;
alter table asset_class drop column improves_after_days;
alter table loan drop column accrual_stopped_on;
alter table loan drop column unlikely_to_pay_on;
alter table loan modify column arrears_cleared_on date comment 'since when a defaulted loan has had no arrears: its probation';
alter table loan drop column bucket_code;
alter table loan drop column delinquent_days;
