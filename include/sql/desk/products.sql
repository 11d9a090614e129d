-- Products with their names, the latest version of each.
-- Reads: loan_product. Writes: nothing.
select
    p.product_code,
    p.name_en,
    p.name_zh
from loan_product as p
where p.version = (
    select max(v.version) from loan_product as v
    where v.product_code = p.product_code
)
order by p.product_code;
