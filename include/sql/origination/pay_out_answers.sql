-- Room for the bank's answers of a date, so that they reach the payouts in one statement. Temporary: gone with the connection.
drop temporary table if exists bank_answer;

create temporary table bank_answer (
    payout_id bigint not null primary key,
    state varchar(10) not null,
    bank_ref varchar(64),
    reason varchar(250)
);
