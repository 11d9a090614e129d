-- Versions of the score: recorded once, their coefficient table and hash never changed.
grant insert on score_model to millrace_app;
grant update (gates, state, promoted_on, promoted_at, promoted_by, reason, verified_at) on score_model to millrace_app;
grant select on score_model to millrace_risk;
grant select on score_model_promotion to millrace_risk;
grant insert on score_reference to millrace_app;
grant insert, update on score_bin_day to millrace_app;
grant insert on model_loan to millrace_app;
grant insert, update on model_loan_bad to millrace_app;
