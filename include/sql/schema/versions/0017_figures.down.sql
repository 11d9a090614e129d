-- Undo what 0017_figures.sql altered.
alter table loan_day drop column industry, drop column region, drop column customer_no;
