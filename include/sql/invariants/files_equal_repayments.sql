-- Every accepted file is loaded whole: rows and money of the date's repayments by file.
select
    f.dataset,
    f.file_name,
    f.amount_accepted,
    coalesce(r.amount, 0) as loaded
from landing_file as f
left join (
    select landing_file_id, sum(amount) as amount
    from repayment
    where business_date = :business_date
    group by landing_file_id
) as r on f.landing_file_id = r.landing_file_id
where f.business_date = :business_date and f.dataset = 'repayments' and f.state = 'LOADED' and f.amount_accepted <> coalesce(r.amount, 0);
