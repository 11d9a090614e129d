-- Offers of products that need no signature of their own are accepted by themselves.
-- Reads: loan_product (latest version). Writes: application.state. Safe to repeat: only APPROVED ones move.
set @reason = 'accepted by itself: the product asks for no separate signature';

update application as a
inner join (
    select
        product_code,
        max(version) as version
    from loan_product
    group by product_code
) as latest on a.product_code = latest.product_code
inner join loan_product as p on latest.product_code = p.product_code and latest.version = p.version
set a.state = 'ACCEPTED'
where a.state = 'APPROVED' and p.auto_accept = 1;
