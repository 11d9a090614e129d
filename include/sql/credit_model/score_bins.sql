-- Scored applications of the date by bin of the training set's distribution; run with many rows at once.
-- Writes score_bin_day. Safe to repeat: it commits with the scores that it counts; a second scoring of the date adds to it.
insert into score_bin_day (business_date, model_name, model_version, feature, bin_no, role, applications)
values (:business_date, :model_name, :model_version, :feature, :bin_no, :role, :applications)
on duplicate key update applications = applications + values (applications);
