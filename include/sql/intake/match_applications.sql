-- match_applications: find the application numbers that are known, and the rows that contradict what is on file about their customer.
-- reads:  application, customer, customer_identity
-- writes: staged_application (temporary)
-- repeat: safe; it gives the same answer until something is loaded

update staged_application as staged
inner join application as known on staged.application_no = known.application_no
inner join customer on known.customer_id = customer.customer_id
set staged.verdict = if(
    staged.customer_no = customer.customer_no
    and staged.product_code = known.product_code
    and staged.amount = known.amount
    and staged.tenor = known.tenor
    and staged.purpose <=> known.purpose
    and staged.price <=> known.price
    and staged.age <=> known.age
    and staged.gender <=> known.gender
    and staged.marital <=> known.marital
    and staged.housing <=> known.housing
    and staged.occupation <=> known.occupation
    and staged.seniority <=> known.seniority
    and staged.income <=> known.income
    and staged.expenses <=> known.expenses
    and staged.assets <=> known.assets
    and staged.debts <=> known.debts
    and staged.adverse_record <=> known.adverse_record,
    'KNOWN',
    'DIFFERENT'
);

-- the customer of a number, and the holder of an identity number, must be one and the same
update staged_application as staged
left join customer on staged.customer_no = customer.customer_no
left join customer_identity as identity on customer.customer_id = identity.customer_id
left join customer_identity as holder on staged.id_number_digest = holder.id_number_digest
set staged.verdict = case
    when customer.kind <> staged.customer_kind then 'OTHER_KIND'
    when identity.id_number_digest <> staged.id_number_digest then 'OTHER_ID_NUMBER'
    when holder.customer_id is not null and not (holder.customer_id <=> customer.customer_id) then 'ID_NUMBER_TAKEN'
end
where staged.verdict is null;
