-- reports.suspense_ageing: what hangs open between us, our customers and the bank, and for how long?
-- 暂收款项及未达账项账龄
-- reads:  suspense_item, bank_line, bank_item
-- writes: report_suspense_ageing
-- repeat: safe; replaces the rows of its date; an item says on which date it came and on which it was settled
-- columns of report_suspense_ageing (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   kind | text | SUSPENSE: money that could not be put on a loan; BANK: on the bank's statement and not in our books; BOOKS: in our books and not on a statement | 类别
--   bucket_no | number | 0 for items of the date itself, then 1 to 5; every bucket has a row, empty or not | 账龄序号
--   bucket | days | days since the item was booked, or since the date of its statement | 账龄(天)
--   items | count | open items | 笔数
--   received | CNY | money in; of SUSPENSE what we owe to payers | 收入金额
--   paid | CNY | money out; of SUSPENSE what was claimed back beyond what a loan could give | 支出金额
--   amount | CNY | received less paid; of SUSPENSE over all buckets the balance of account 2241 | 净额
--   oldest_on | date | date of the oldest item, null where there is none | 最早日期
--   oldest_days | days | days that the oldest item has been open | 最长账龄

delete from report_suspense_ageing
where business_date = :business_date;

insert into report_suspense_ageing (
    business_date, kind, bucket_no, bucket, items, received, paid, amount, oldest_on, oldest_days
)
with recursive bucket as (
    select 0 as bucket_no
    union all
    select bucket_no + 1
    from bucket
    where bucket_no < 5
),

kinds as (
    select 'SUSPENSE' as kind
    union all
    select 'BANK'
    union all
    select 'BOOKS'
),

item as (
    select 'SUSPENSE' as kind, business_date as came_on, amount
    from suspense_item
    where business_date <= :business_date and (resolved_on is null or resolved_on > :business_date)
    union all
    select 'BANK', statement_date, amount
    from bank_line
    where business_date <= :business_date and (settled_on is null or settled_on > :business_date)
    union all
    select 'BOOKS', business_date, amount
    from bank_item
    where business_date <= :business_date and (settled_on is null or settled_on > :business_date)
),

filled as (
    select
        kind,
        case
            when days <= 0 then 0
            when days <= 3 then 1
            when days <= 7 then 2
            when days <= 30 then 3
            when days <= 90 then 4
            else 5
        end as bucket_no,
        count(*) as items,
        sum(greatest(amount, 0)) as received,
        sum(greatest(-amount, 0)) as paid,
        min(came_on) as oldest_on,
        max(days) as oldest_days
    from (
        select kind, came_on, amount, datediff(:business_date, came_on) as days
        from item
    ) as aged
    group by kind, bucket_no
)

select
    :business_date,
    kinds.kind,
    bucket.bucket_no,
    elt(bucket.bucket_no + 1, '0', '1-3', '4-7', '8-30', '31-90', '>90'),
    coalesce(filled.items, 0),
    coalesce(filled.received, 0),
    coalesce(filled.paid, 0),
    coalesce(filled.received - filled.paid, 0),
    filled.oldest_on,
    filled.oldest_days
from kinds
cross join bucket
left join filled on kinds.kind = filled.kind and bucket.bucket_no = filled.bucket_no;

select
    sum(items) as rows_done,
    sum(amount) as amount
from report_suspense_ageing
where business_date = :business_date;
