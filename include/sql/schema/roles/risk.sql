-- The risk team: decided applications and their loans without anything that names a person, the versions, and the reports on them.
-- Tables with free text are not theirs: the grant before the revoke makes it hold for a database where they once were.
grant select on training_application to millrace_risk;
grant select on training_loan_day to millrace_risk;
grant select on score_reference to millrace_risk;
grant select on score_bin_day to millrace_risk;
grant select on score_limit to millrace_risk;
grant select on business_day to millrace_risk;
grant select on report_model_outcomes to millrace_risk;
grant select on report_model_health to millrace_risk;
grant select on report_vintage to millrace_risk;
grant select on report_approval_funnel to millrace_risk;
grant select on application_score to millrace_risk;
revoke select on application_score from millrace_risk;
grant select on application_decision to millrace_risk;
revoke select on application_decision from millrace_risk;
