-- upsert_customers: the customers of the applications to be loaded; of several rows of one customer the last counts.
-- reads:  staged_application (temporary)
-- writes: customer, customer_identity, staged_application
-- repeat: safe; a customer_no is one customer, whose limit and identity number never change here

insert into customer (customer_no, kind, region, industry, exposure_limit, created_on)
select
    customer_no,
    customer_kind,
    region,
    industry,
    case customer_kind when 'ENTERPRISE' then :limit_of_enterprise else :limit_of_person end,
    :business_date
from (
    select
        staged.*,
        row_number() over (partition by customer_no order by position desc) as nth_from_last
    from staged_application as staged
    where verdict is null
) as latest
where nth_from_last = 1
order by position
on duplicate key update
    region = coalesce(values(region), customer.region),
    industry = coalesce(values(industry), customer.industry);

update staged_application as staged
inner join customer on staged.customer_no = customer.customer_no
set staged.customer_id = customer.customer_id
where staged.verdict is null;

insert into customer_identity (customer_id, name_cipher, id_number_cipher, id_number_digest, phone_cipher, email_cipher)
select
    customer_id,
    name_cipher,
    id_number_cipher,
    id_number_digest,
    phone_cipher,
    email_cipher
from (
    select
        staged.*,
        row_number() over (partition by customer_no order by position desc) as nth_from_last
    from staged_application as staged
    where verdict is null
) as latest
where nth_from_last = 1
order by position
on duplicate key update
    name_cipher = values(name_cipher),
    phone_cipher = coalesce(values(phone_cipher), customer_identity.phone_cipher),
    email_cipher = coalesce(values(email_cipher), customer_identity.email_cipher);
