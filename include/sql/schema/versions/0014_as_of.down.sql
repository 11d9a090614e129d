-- Undo what 0014_as_of.sql altered.
alter table loan_product modify column day_count varchar(12) not null;
