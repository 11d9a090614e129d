-- Charges that time will have brought by a date, if nothing is paid until then, as charge_fees and charge_penalties staged them. Cents.
-- reads: posting_entry (temporary)
select
    cast(coalesce(sum(fee), 0) * 100 as signed) as fee,
    cast(coalesce(sum(penalty), 0) * 100 as signed) as penalty
from posting_entry;
