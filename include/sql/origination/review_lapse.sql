-- Reviews that still wait for a second person although their application went elsewhere: expired, withdrawn.
-- Reads: application. Writes: application_review.state. Safe to repeat: what has lapsed is not open any more.
update application_review as r
inner join application as a on r.application_id = a.application_id
set
    r.state = 'LAPSED',
    r.ended_at = now(6)
where r.state = 'OPEN' and a.state <> 'REFERRED';
