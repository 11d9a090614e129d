-- servicing.cut_off: ranges of loan ids with about as many loans each; together they cover every id from 0 up.
-- reads:  loan
-- writes: shard
-- repeat: safe; the ranges of a date are fixed once

insert ignore into shard (business_date, shard, loan_from, loan_to)
with recursive numbers as (
    select 0 as shard
    union all
    select shard + 1 from numbers where shard + 1 < :shards
),

bounds as (
    select part - 1 as shard, max(loan_id) as last_loan
    from (select loan_id, ntile(:shards) over (order by loan_id) as part from loan) as parts
    group by part
),

filled as (
    -- with fewer loans than shards the rest are empty ranges beyond the last loan
    select n.shard, coalesce(b.last_loan, (select coalesce(max(loan_id), 0) from loan) + n.shard) as last_loan
    from numbers as n
    left join bounds as b on n.shard = b.shard
)

select
    :business_date,
    shard,
    coalesce(lag(last_loan) over (order by shard) + 1, 0),
    if(shard = :shards - 1, 4611686018427387904, last_loan)
from filled;
