-- servicing.age_loans: days past due, arrears and state of every loan that owes something past due, or did yesterday.
-- reads:  loan, instalment, policy_setting; of loans whose past changed on the date also ledger_entry, delinquency_pause
-- writes: loan (derived columns and state), delinquency_history of loans whose past changed
-- repeat: safe; computed from what is owed

call restate_delinquency(:business_date, :loan_from, :loan_to);
call prepare_posting();
insert into posting_loan (loan_id)
select loan_id
from loan
where loan_id between :loan_from and :loan_to
    and state not in ('PAID_OFF', 'WRITTEN_OFF')
    and (next_due_date < :business_date or days_past_due > 0 or state in ('OVERDUE', 'DEFAULTED'));
call settle_loans(:business_date);

select
    count(*) as rows_done,
    coalesce(sum(arrears), 0) as amount,
    coalesce(sum(state = 'OVERDUE'), 0) as overdue,
    coalesce(sum(state = 'DEFAULTED'), 0) as defaulted
from posting_state;
