-- Every step that the close builds on is done, in every shard that was listed.
select
    step,
    shard,
    state
from step_run
where business_date = :business_date
    and state <> 'DONE'
    and (step like 'servicing.%' or step like 'intake.load%' or step in ('close.snapshot_book', 'close.post_journal', 'close.load_bank_statement', 'close.match_bank_statement'));
