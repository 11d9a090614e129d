-- bench: the repayments of the date, as a bank's file would have brought them.
-- reads:  bench_number, loan, instalment
-- writes: repayment
-- repeat: no; unique by source and reference
-- They go round the loans that owe something on the date. Of a hundred: 80 pay just that, 8 pay half, 6 pay too much, the
-- others ten yuan. One in a hundred counts from the date before; one in two hundred names a loan that nobody knows.

create table bench_payer (
    position bigint not null auto_increment primary key,
    loan_id bigint not null,
    loan_no varchar(32) not null,
    owed decimal(18, 2) not null
);
insert into bench_payer (loan_id, loan_no, owed)
select
    loan.loan_id,
    loan.loan_no,
    sum(instalment.outstanding)
from loan
inner join instalment on loan.loan_id = instalment.loan_id
where loan.next_due_date <= :business_date and instalment.due_date <= :business_date
group by loan.loan_id, loan.loan_no
order by crc32(concat('payer', loan.loan_no)), loan.loan_id;

insert into repayment (source, external_ref, channel, loan_no, loan_id, amount, value_date, business_date)
select
    'bench',
    concat('R', lpad(drawn.n, 9, '0')),
    if(drawn.n % 3 = 0, 'ONLINE', 'BANK'),
    if(drawn.draw < 5, concat('X', drawn.n), bench_payer.loan_no),
    if(drawn.draw < 5, null, bench_payer.loan_id),
    case
        when drawn.draw < 800 then bench_payer.owed
        when drawn.draw < 880 then round(bench_payer.owed / 2, 2) + 0.01
        when drawn.draw < 940 then bench_payer.owed + 200
        else 10.00
    end,
    if(drawn.draw >= 990, date(:business_date) - interval 1 day, date(:business_date)),
    :business_date
from (
    select
        n,
        crc32(concat('pay', n)) % 1000 as draw
    from bench_number
    where n <= :repayments
) as drawn
inner join (
    select count(*) as payers
    from bench_payer
) as counted
inner join bench_payer on bench_payer.position = 1 + (drawn.n - 1) % counted.payers
order by drawn.n;
