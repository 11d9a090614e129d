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
    state, next_due_date, days_past_due, arrears, class_code, stage, defaulted_on, arrears_cleared_on, written_off_on,
    delinquent_days, bucket_code, unlikely_to_pay_on, accrual_stopped_on
) on loan to millrace_app;
grant insert on instalment to millrace_app;
grant insert on schedule_version to millrace_app;
-- a new schedule version moves the end of the loan
grant update (matures_on, restructured_on, observed_until, restructured_times) on loan to millrace_app;
grant insert, update (state) on repayment to millrace_app;
grant insert, update, delete on delinquency_history to millrace_app;
grant insert, update (resumed_on) on delinquency_pause to millrace_app;
grant insert on ledger_entry to millrace_app;
grant insert on journal to millrace_app;
grant insert, update (state, resolved_on, change_request_id) on suspense_item to millrace_app;
grant insert, update (state, checker, note, decided_at, applied_on, error) on change_request to millrace_app;
grant insert, update on loan_accrual to millrace_app;
grant insert, update (state, sent_at, note) on reminder to millrace_app;
grant insert, delete on loan_day to millrace_app;
grant insert, delete on expected_cash_day to millrace_app;
-- what officers decided while a date was closing takes effect when the next one opens
grant update (state, second_person, note, ended_at, effective_on) on application_review to millrace_app;
-- the first rights at the desk are given from a shell
grant insert, update (revoked_by, revoked_at) on desk_right to millrace_app;

grant select on loan_day to millrace_reader;
grant select on expected_cash_day to millrace_reader;
grant select on loan_product to millrace_reader;
grant select on asset_class to millrace_reader;
grant select on delinquency_bucket to millrace_reader;
grant select on delinquency_history to millrace_reader;
grant select on chart_of_accounts to millrace_reader;
grant select on business_day to millrace_reader;

-- accounting beyond the journal
grant insert on vat_day to millrace_app;
grant insert on account_day to millrace_app;
grant insert on bank_statement to millrace_app;
grant insert, update (settled_on, note, actor) on bank_line to millrace_app;
grant insert, update (bank_line_id, settled_on, note, actor) on bank_item to millrace_app;
grant insert on bank_statement_override to millrace_app;
grant update (returned_on) on payout to millrace_app;
grant select on account_day to millrace_reader;
grant select on vat_day to millrace_reader;
