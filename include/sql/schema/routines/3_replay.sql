-- Which loans live their days again, and from which value date; filled by the steps, read by include/steps/replay.py.
delimiter //

create procedure prepare_replay()
begin
    create temporary table if not exists replay_loan (loan_id bigint not null primary key, from_date date not null) engine = innodb;
    delete from replay_loan;
end//
