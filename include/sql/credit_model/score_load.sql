-- Many rows of scores at once, from a file of the client. What cannot be loaded is a warning here: the caller counts the rows.
-- Writes application_score. Safe to repeat: the step's commit moves its applications out of NEW, so none comes twice.
load data local infile :file
into table application_score
character set utf8mb4
fields terminated by '\t' escaped by ''
lines terminated by '\n'
(application_id, prob_good, points, reason_codes, features)
set
    model_name = :model_name,
    model_version = :model_version,
    role = :role,
    business_date = :business_date,
    model_source = :model_source;
