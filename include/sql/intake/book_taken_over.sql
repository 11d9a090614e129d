-- book_taken_over: the last row of a take-over; from here on nothing is added to what came with it.
-- reads:  nothing
-- writes: book_import
-- repeat: no; the table takes one row

insert into book_import (cut_over, first_date, manifest_sha256, totals, actor)
values (:cut_over, :first_date, :manifest_sha256, :totals, @actor);
