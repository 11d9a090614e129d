-- The book that was taken over: brought in once, then read. Nobody changes it.
grant insert on book_import to millrace_app;
grant insert on imported_loan to millrace_app;
grant insert on imported_event to millrace_app;
