-- verdicts_applications: the staged applications that are not loaded, and why.
-- reads:  staged_application (temporary)
-- writes: nothing
-- repeat: safe; it only reads

select
    position,
    verdict
from staged_application
where verdict is not null;
