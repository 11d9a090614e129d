-- Who may do what. The pipeline's account books and moves states; it cannot change a balance, rewrite the past, or run DDL.
create role if not exists millrace_app;
create role if not exists millrace_reader;
create role if not exists millrace_risk;

grant select, execute, create temporary tables on * to millrace_app;
grant insert, update on step_run to millrace_app;
grant insert, update on step_attempt to millrace_app;
grant insert on shard to millrace_app;
grant insert, update on landing_file to millrace_app;
grant insert, update on quarantine to millrace_app;
grant insert, update on invariant_check to millrace_app;
grant insert, update (state, cut_off_at, closed_at) on business_day to millrace_app;
grant insert, update (region, industry) on customer to millrace_app;
grant insert, update (name_cipher, phone_cipher, email_cipher) on customer_identity to millrace_app;
grant insert, update (state) on application to millrace_app;
grant insert on application_score to millrace_app;
grant insert on application_decision to millrace_app;
grant insert, update (state, bank_ref, confirmed_on, reason, file_name) on payout to millrace_app;
grant insert, update (
    state, next_due_date, days_past_due, arrears, class_code, stage, defaulted_on, arrears_cleared_on, written_off_on
) on loan to millrace_app;
grant insert on instalment to millrace_app;
grant insert on schedule_version to millrace_app;
grant insert, update (state) on repayment to millrace_app;
grant insert on ledger_entry to millrace_app;
grant insert on journal to millrace_app;
grant insert, update (state, resolved_on, change_request_id) on suspense_item to millrace_app;
grant insert, update (state, checker, note, decided_at, applied_on, error) on change_request to millrace_app;
grant insert, update on loan_accrual to millrace_app;
grant insert, update (state, sent_at, note) on reminder to millrace_app;
grant insert, delete on loan_day to millrace_app;
grant insert, delete on expected_cash_day to millrace_app;

grant select on loan_day to millrace_reader;
grant select on expected_cash_day to millrace_reader;
grant select on loan_product to millrace_reader;
grant select on asset_class to millrace_reader;
grant select on chart_of_accounts to millrace_reader;
grant select on business_day to millrace_reader;
