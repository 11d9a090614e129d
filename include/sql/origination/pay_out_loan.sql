-- One loan of a confirmed payout. Its amounts stay 0: the disbursement entry moves them.
insert into loan (
    loan_no, application_id, customer_id, product_id, annual_rate, penalty_rate, principal, tenor, disbursed_on, matures_on, next_due_date
)
values (
    :loan_no, :application_id, :customer_id, :product_id, :annual_rate, :penalty_rate, :principal, :tenor, :disbursed_on, :matures_on,
    :next_due_date
);
