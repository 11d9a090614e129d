-- Undo what 0011_accounting.sql altered; the tables it created are dropped by themselves.
alter table payout drop constraint payout_state;
update payout set state = 'CONFIRMED' where state = 'RETURNED';
alter table payout add constraint payout_state check (state in ('PENDING', 'CONFIRMED', 'FAILED'));
alter table payout drop column returned_on;
