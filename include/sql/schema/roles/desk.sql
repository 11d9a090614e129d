-- The desk's web pages: they read the book, decide applications and requests, write notes; they book nothing.
create role if not exists millrace_desk;

grant select on * to millrace_desk;
grant insert, update (revoked_by, revoked_at) on desk_right to millrace_desk;
grant insert, update (state, second_person, note, ended_at, effective_on) on application_review to millrace_desk;
grant insert on loan_note to millrace_desk;
grant insert on promise_to_pay to millrace_desk;
grant insert on personal_data_shown to millrace_desk;
grant insert on application_decision to millrace_desk;
grant update (state) on application to millrace_desk;
grant insert, update (state, checker, note, decided_at) on change_request to millrace_desk;
grant update (state, fixed_row, note, actor) on quarantine to millrace_desk;
