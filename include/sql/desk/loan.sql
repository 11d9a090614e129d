-- One loan with its terms, product, customer and what it owes today.
-- Reads: loan (by number), loan_product, customer, customer_identity, application, asset_class (each by key). Writes: nothing.
select
    l.loan_id,
    l.loan_no,
    l.customer_id,
    l.currency,
    l.annual_rate,
    l.penalty_rate,
    l.principal,
    l.tenor,
    l.disbursed_on,
    l.matures_on,
    l.source,
    l.state,
    l.principal_balance,
    l.overpayment,
    l.recovered,
    l.next_due_date,
    l.days_past_due,
    l.arrears,
    l.class_code,
    l.stage,
    l.defaulted_on,
    l.written_off_on,
    p.name_en,
    p.name_zh,
    p.method,
    p.frequency,
    p.day_count,
    k.name_en as class_en,
    k.name_zh as class_zh,
    c.customer_no,
    c.kind,
    a.application_no,
    i.name_cipher,
    i.id_number_cipher,
    i.phone_cipher,
    i.email_cipher
from loan as l
inner join loan_product as p on l.product_id = p.product_id
inner join customer as c on l.customer_id = c.customer_id
left join asset_class as k on l.class_code = k.class_code
left join customer_identity as i on l.customer_id = i.customer_id
left join application as a on l.application_id = a.application_id
where l.loan_no = :loan_no;
