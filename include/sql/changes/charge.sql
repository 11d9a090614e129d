-- change CHARGE: a fee on the instalment that falls due next, on the last one where none does.
-- reads:  instalment
-- writes: posting_entry (temporary)
-- repeat: safe; one transaction with the request's APPLIED
insert into posting_entry (loan_id, instalment_no, entry_type, value_date, fee)
select :loan_id, coalesce(min(if(due_date >= :business_date, instalment_no, null)), max(instalment_no)), 'FEE_CHARGE', :business_date, :amount
from instalment
where loan_id = :loan_id and moved_on is null and (:instalment_no is null or instalment_no = :instalment_no);

select sum(fee) as amount from posting_entry;
