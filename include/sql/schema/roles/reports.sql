-- Reports: the pipeline replaces the rows of a date; management reads them and may change nothing.
grant insert, delete on report_portfolio to millrace_app;
grant insert, delete on report_ageing to millrace_app;
grant insert, delete on report_approval_funnel to millrace_app;
grant insert, delete on report_collections to millrace_app;
grant insert, delete on report_classification to millrace_app;
grant insert, delete on report_expected_cash to millrace_app;
grant insert, delete on report_vintage to millrace_app;
grant insert, delete on report_vintage_late to millrace_app;
grant insert, delete on report_roll_rates to millrace_app;
grant insert, delete on report_concentration to millrace_app;
grant insert, delete on report_top_exposures to millrace_app;
grant insert, delete on report_score_bands to millrace_app;
grant insert, delete on report_model_outcomes to millrace_app;
grant insert, delete on report_model_health to millrace_app;

grant select on report_portfolio to millrace_reader;
grant select on report_ageing to millrace_reader;
grant select on report_approval_funnel to millrace_reader;
grant select on report_collections to millrace_reader;
grant select on report_classification to millrace_reader;
grant select on report_expected_cash to millrace_reader;
grant select on report_vintage to millrace_reader;
grant select on report_vintage_late to millrace_reader;

grant insert, delete on report_trial_balance to millrace_app;
grant insert, delete on report_suspense_ageing to millrace_app;
grant select on report_trial_balance to millrace_reader;
grant select on report_suspense_ageing to millrace_reader;
grant select on report_roll_rates to millrace_reader;
grant select on report_concentration to millrace_reader;
grant select on report_top_exposures to millrace_reader;
grant select on report_score_bands to millrace_reader;
grant select on report_model_outcomes to millrace_reader;
grant select on report_model_health to millrace_reader;
