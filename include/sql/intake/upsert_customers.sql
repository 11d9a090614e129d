-- upsert_customers: the customers of the applications to be loaded; of several rows of one customer the last counts.
-- reads:  staged_application (temporary)
-- writes: customer, customer_identity, staged_application
-- repeat: safe; a customer_no is one customer, whose limit and identity number never change here
-- Known ones are updated and new ones inserted in statements of their own: `on duplicate key update` would need the
-- right to update every inserted column (MariaDB), and the limit and the identity number are not ours to change.

drop temporary table if exists latest_application;

create temporary table latest_application as
select staged.*
from (
    select
        one.*,
        row_number() over (partition by one.customer_no order by one.position desc) as nth_from_last
    from staged_application as one
    where one.verdict is null
) as staged
where staged.nth_from_last = 1;

update customer
inner join latest_application as latest on customer.customer_no = latest.customer_no
set
    customer.region = coalesce(latest.region, customer.region),
    customer.industry = coalesce(latest.industry, customer.industry);

insert into customer (customer_no, kind, region, industry, exposure_limit, created_on)
select
    latest.customer_no,
    latest.customer_kind,
    latest.region,
    latest.industry,
    case latest.customer_kind when 'ENTERPRISE' then :limit_of_enterprise else :limit_of_person end as exposure_limit,
    :business_date as created_on
from latest_application as latest
left join customer as known on latest.customer_no = known.customer_no
where known.customer_id is null
order by latest.position;

update staged_application as staged
inner join customer on staged.customer_no = customer.customer_no
set staged.customer_id = customer.customer_id
where staged.verdict is null;

update latest_application as latest
inner join customer on latest.customer_no = customer.customer_no
set latest.customer_id = customer.customer_id;

update customer_identity
inner join latest_application as latest on customer_identity.customer_id = latest.customer_id
set
    customer_identity.name_cipher = latest.name_cipher,
    customer_identity.phone_cipher = coalesce(latest.phone_cipher, customer_identity.phone_cipher),
    customer_identity.email_cipher = coalesce(latest.email_cipher, customer_identity.email_cipher);

insert into customer_identity (customer_id, name_cipher, id_number_cipher, id_number_digest, phone_cipher, email_cipher)
select
    latest.customer_id,
    latest.name_cipher,
    latest.id_number_cipher,
    latest.id_number_digest,
    latest.phone_cipher,
    latest.email_cipher
from latest_application as latest
left join customer_identity as known on latest.customer_id = known.customer_id
where known.customer_id is null
order by latest.position;
