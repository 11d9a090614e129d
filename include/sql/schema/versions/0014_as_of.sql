-- ACTUAL/ACTUAL has 13 letters.
alter table loan_product modify column day_count varchar(16) not null;
