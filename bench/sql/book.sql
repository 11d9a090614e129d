-- bench: a staged opening book of as many loans as bench_number has, for intake/book_take_over.
-- reads:  bench_number
-- writes: book_customer, book_loan, book_instalment (temporary)
-- repeat: no; on an empty stage
-- Each loan owes twelve instalments. crc32 of its number draws what it is: due_share have the first of them due on the date to
-- be measured, eight in a hundred are up to 150 days late (and paid nothing since), the rest are due within the next month.
-- One loan in a hundred holds money of its customer.

insert into book_customer (customer_no, kind, region, industry, exposure_limit, created_on, name_cipher, id_number_cipher, id_number_digest)
select
    concat('B', lpad(n, 9, '0')),
    if(n % 4 = 0, 'ENTERPRISE', 'PERSON'),
    elt(1 + n % 5, '华东', '华南', '华北', '华中', '西南'),
    elt(1 + n % 4, '零售', '餐饮', '制造', '运输'),
    1000000,
    '2025-01-01',
    'bench',
    'bench',
    sha2(concat('bench', n), 256)
from bench_number
order by n;

create table bench_draw (
    n int not null primary key,
    product_code varchar(32) not null,
    annual_rate decimal(9, 6) not null,
    share decimal(18, 2) not null comment 'principal of each instalment but the last',
    principal decimal(18, 2) not null,
    first_due date not null
);
insert into bench_draw (n, product_code, annual_rate, share, principal, first_due)
select
    n,
    product_code,
    annual_rate,
    round(principal / 12, 2),
    principal,
    case
        when draw < :due_share * 10000 then date(:measured)
        when draw < :due_share * 10000 + 800 then date(:cut_over) - interval (1 + crc32(concat('late', n)) % 150) day
        else date(:measured) + interval (1 + crc32(concat('next', n)) % 29) day
    end
from (
    select
        n,
        elt(1 + n % 3, 'WC-INSTALMENT', 'WC-PRINCIPAL', 'WC-INTEREST-ONLY') as product_code,
        elt(1 + n % 3, 0.085, 0.082, 0.092) as annual_rate,
        2000 + crc32(concat('amount', n)) % 9800000 / 100 as principal,
        crc32(concat('draw', n)) % 10000 as draw
    from bench_number
) as drawn
order by n;

insert into book_loan (
    loan_no, customer_no, product_code, currency, annual_rate, penalty_rate, principal, tenor, disbursed_on, matures_on,
    principal_outstanding, held_money
)
select
    concat('LB', lpad(n, 9, '0')),
    concat('B', lpad(n, 9, '0')),
    product_code,
    'CNY',
    annual_rate,
    annual_rate * 1.5,
    principal,
    12,
    first_due - interval 1 month,
    first_due + interval 11 month,
    principal,
    if(crc32(concat('held', n)) % 100 = 0, 50.00, 0)
from bench_draw
order by n;

-- interest = what is left of the principal x rate / 12; penalty so far = 4 in 10,000 a day, where the days of grace have lapsed
insert into book_instalment (loan_no, instalment_no, period_start, period_end, due_date, principal_due, interest_due, penalty)
select
    concat('LB', lpad(bench_draw.n, 9, '0')),
    instalment.n,
    bench_draw.first_due + interval (instalment.n - 2) month,
    bench_draw.first_due + interval (instalment.n - 1) month,
    bench_draw.first_due + interval (instalment.n - 1) month,
    if(instalment.n < 12, bench_draw.share, bench_draw.principal - 11 * bench_draw.share),
    round((bench_draw.principal - (instalment.n - 1) * bench_draw.share) * bench_draw.annual_rate / 12, 2),
    round(
        bench_draw.share * 0.0004 * greatest(0, datediff(:cut_over, bench_draw.first_due + interval (instalment.n - 1) month) - 3), 2
    )
from bench_draw
inner join bench_number as instalment on instalment.n <= 12
order by bench_draw.n, instalment.n;
