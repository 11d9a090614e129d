-- servicing.post_repayments: money held on loans is applied to what became due, then the day's repayments are allocated.
-- reads:  repayment, loan, loan_product, instalment, allocation_order
-- writes: ledger_entry (its trigger moves instalment and loan), repayment.state, loan states
-- repeat: safe; one transaction with the step's DONE
-- Money with an older value date was posted by replay_backdated; money for no known loan went to suspense there.

call prepare_posting();
insert into posting_loan (loan_id)
select distinct loan_id
from repayment
where business_date = :business_date
    and state = 'RECEIVED'
    and kind = 'PAYMENT'
    and value_date = :business_date
    and loan_id between :loan_from and :loan_to;
insert ignore into posting_loan (loan_id)
select loan_id
from loan
where overpayment > 0 and next_due_date <= :business_date and loan_id between :loan_from and :loan_to;

call stage_held_money(:business_date);
insert into posting_receipt (loan_id, repayment_id, amount, is_held)
select loan_id, repayment_id, amount, 0
from repayment
where business_date = :business_date
    and state = 'RECEIVED'
    and kind = 'PAYMENT'
    and value_date = :business_date
    and loan_id between :loan_from and :loan_to
order by loan_id, repayment_id;

create temporary table if not exists posted (
    repayment_id bigint, amount decimal(18, 2) not null, is_held tinyint not null, key (repayment_id)
) engine = innodb;
delete from posted;
insert into posted (repayment_id, amount, is_held) select repayment_id, amount, is_held from posting_receipt;

call post_value_date(:business_date, :business_date);
call settle_loans(:business_date);

update repayment as r inner join posted as p on r.repayment_id = p.repayment_id set r.state = 'POSTED';

select
    coalesce(sum(not is_held), 0) as rows_done,
    coalesce(sum(if(is_held, 0, amount)), 0) as amount,
    coalesce(sum(is_held), 0) as loans_with_held_money
from posted;
