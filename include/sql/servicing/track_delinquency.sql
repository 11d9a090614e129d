-- servicing.track_delinquency: delinquent days and bucket of every loan past due, and the bucket's history.
-- reads:  loan, loan_product, delinquency_pause, delinquency_bucket
-- writes: loan.delinquent_days, loan.bucket_code, delinquency_history
-- repeat: safe; computed from days past due, and one transaction with the step's DONE
-- delinquent days = max(0, days past due - grace - days of pauses since the oldest unpaid due date), as include/lending/delinquency.py.
-- Loans whose past changed on the date had their history rewritten by servicing.age_loans; this finds them as they are.

create temporary table if not exists tracked (
    loan_id bigint not null primary key,
    delinquent_days int not null,
    bucket_code varchar(12) character set utf8mb4 collate utf8mb4_bin,
    amount decimal(18, 2) not null
) engine = innodb;
delete from tracked;

insert into tracked (loan_id, delinquent_days, bucket_code, amount)
select c.loan_id, c.delinquent_days, b.bucket_code, c.arrears
from (
    select
        l.loan_id,
        l.arrears,
        if(l.days_past_due > 0, greatest(
            0,
            l.days_past_due - coalesce(p.delinquency_grace_days, p.penalty_grace_days) - coalesce((
                select
                    sum(greatest(0, datediff(
                        least(u.ends_on, coalesce(u.resumed_on, u.ends_on), :business_date), greatest(u.starts_on, l.next_due_date)
                    )))
                from delinquency_pause as u
                where u.loan_id = l.loan_id
            ), 0)
        ), 0) as delinquent_days
    from loan as l
    inner join loan_product as p on l.product_id = p.product_id
    where l.loan_id between :loan_from and :loan_to
        and (l.days_past_due > 0 or l.delinquent_days > 0 or l.bucket_code is not null)
) as c
left join delinquency_bucket as b
    on c.delinquent_days >= b.days_from and (b.days_to is null or c.delinquent_days <= b.days_to);

-- a bucket that the loan has left ended with the close before
update delinquency_history as h
inner join tracked as t on h.loan_id = t.loan_id
set h.to_date = :business_date - interval 1 day
where h.to_date is null and not (h.bucket_code <=> t.bucket_code) and h.from_date < :business_date;

delete h
from delinquency_history as h
inner join tracked as t on h.loan_id = t.loan_id
where h.to_date is null and not (h.bucket_code <=> t.bucket_code);

update delinquency_history as h
inner join tracked as t on h.loan_id = t.loan_id
set h.delinquent_days = t.delinquent_days, h.amount = t.amount
where h.to_date is null;

insert into delinquency_history (loan_id, from_date, bucket_code, delinquent_days, amount)
select t.loan_id, :business_date, t.bucket_code, t.delinquent_days, t.amount
from tracked as t
left join delinquency_history as h on t.loan_id = h.loan_id and h.to_date is null
where t.bucket_code is not null and h.loan_id is null
order by t.loan_id;

update loan as l
inner join tracked as t on l.loan_id = t.loan_id
set l.delinquent_days = t.delinquent_days, l.bucket_code = t.bucket_code
where l.delinquent_days <> t.delinquent_days or not (l.bucket_code <=> t.bucket_code);

select count(*) as rows_done, coalesce(sum(amount), 0) as amount
from tracked
where bucket_code is not null;
