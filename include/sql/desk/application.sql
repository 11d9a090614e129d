-- One application with its customer, product and the champion's score.
-- Reads: application (by number), customer, customer_identity, loan_product, application_score, loan (by application). Writes: nothing.
select
    a.application_id,
    a.application_no,
    a.customer_id,
    a.product_code,
    a.business_date,
    a.state,
    a.amount,
    a.currency,
    a.tenor,
    a.purpose,
    a.price,
    a.payee_cipher,
    a.age,
    a.gender,
    a.marital,
    a.housing,
    a.occupation,
    a.seniority,
    a.income,
    a.expenses,
    a.assets,
    a.debts,
    a.adverse_record,
    c.customer_no,
    c.kind,
    c.region,
    c.industry,
    c.exposure_limit,
    c.created_on,
    i.name_cipher,
    i.id_number_cipher,
    i.phone_cipher,
    i.email_cipher,
    p.name_en,
    p.name_zh,
    s.model_name,
    s.model_version,
    s.prob_good,
    s.points,
    s.reason_codes,
    s.features,
    l.loan_no
from application as a
inner join customer as c on a.customer_id = c.customer_id
left join customer_identity as i on a.customer_id = i.customer_id
left join loan_product as p on a.product_code = p.product_code and p.version = (
    select max(v.version) from loan_product as v
    where v.product_code = a.product_code
)
left join application_score as s on a.application_id = s.application_id and s.role = 'CHAMPION' and s.business_date = (
    select max(t.business_date) from application_score as t
    where t.application_id = a.application_id and t.role = 'CHAMPION'
)
left join loan as l on a.application_id = l.application_id
where a.application_no = :application_no
order by s.model_version desc
limit 1;
