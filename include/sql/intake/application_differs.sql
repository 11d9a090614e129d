-- application_differs: a known application came again with another account to pay out to.
-- reads:  nothing
-- writes: staged_application (temporary)
-- repeat: safe

update staged_application
set verdict = 'DIFFERENT'
where position = :position;
