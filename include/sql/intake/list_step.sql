-- list_step: list one step of a date.
-- reads:  nothing
-- writes: step_run
-- repeat: safe; a step that is listed already keeps its row and its state

insert ignore into step_run (business_date, step, shard)
values (:business_date, :step, 0);
