-- Undo what 0016_desk.sql altered; the tables it created are dropped by themselves.
drop index by_points on application_score;
