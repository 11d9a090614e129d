-- Undo what 0017_figures.sql altered.
alter table quarantine drop key by_date;
alter table landing_file drop key by_date;
alter table loan_day drop column industry, drop column region, drop column customer_no;
