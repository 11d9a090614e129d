-- quarantine_row: put one row of a file into quarantine.
-- reads:  nothing
-- writes: quarantine
-- repeat: safe; one row a file and row number; only while nobody has touched it are its reasons renewed

insert into quarantine (landing_file_id, dataset, business_date, row_no, source_row, reasons)
values (:landing_file_id, :dataset, :business_date, :row_no, :source_row, :reasons)
on duplicate key update
    reasons = if(state = 'NEW', values (reasons), reasons);
