-- desk: what happened to a loan before it was taken over, as the old system had it; nothing for one that was paid out here.
-- reads:  imported_event, loan
-- writes: nothing
select e.event_no, e.event_date, e.kind, e.principal, e.interest, e.fee, e.penalty, e.reference
from imported_event as e
inner join loan as l on e.loan_id = l.loan_id
where l.loan_no = :loan_no
order by e.event_no;
