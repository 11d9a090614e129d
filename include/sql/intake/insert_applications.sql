-- insert_applications: staged rows become NEW applications; triggers write their history.
-- reads:  staged_application (temporary)
-- writes: application
-- repeat: safe; a number comes in once (unique key), and those that are known carry a verdict

set @reason = 'received by file';

insert into application (
    application_no, customer_id, product_code, business_date, amount, tenor, purpose, price, payee_cipher, age, gender, marital, housing,
    occupation, seniority, income, expenses, assets, debts, adverse_record, landing_file_id
)
select
    application_no,
    customer_id,
    product_code,
    :business_date,
    amount,
    tenor,
    purpose,
    price,
    payee_cipher,
    age,
    gender,
    marital,
    housing,
    occupation,
    seniority,
    income,
    expenses,
    assets,
    debts,
    adverse_record,
    :landing_file_id
from staged_application
where verdict is null
order by position;

set @reason = null;
