-- bench: numbers 1 to :count in bench_number, doubling; what the makers count with.
-- reads:  bench_number
-- writes: bench_number
-- repeat: adds the next rows, up to :count; the caller repeats it until nothing is added

insert into bench_number (n)
select n + :so_far
from bench_number
where n + :so_far <= :count
order by n;
