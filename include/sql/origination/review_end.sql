-- What became of a review. Writes: application_review. The trigger refuses it for one that has ended.
update application_review
set
    state = :state,
    second_person = coalesce(:second_person, second_person),
    note = coalesce(:note, note),
    ended_at = if(:state = 'WAITING', null, now(6)),
    effective_on = :effective_on
where review_id = :review_id;
