-- The loan of a payout that the bank returned, and what of the borrower's money has left it again.
-- Reads: payout, loan, ledger_entry.
select
    p.payout_id,
    p.amount,
    l.loan_id,
    l.loan_no,
    l.state,
    (
        select coalesce(sum(abs(e.principal) + abs(e.interest) + abs(e.fee) + abs(e.penalty) + abs(e.overpayment)), 0)
        from ledger_entry as e
        where e.loan_id = l.loan_id and e.entry_type in ('REFUND', 'CHARGEBACK')
    ) as given_back
from payout as p
inner join loan as l on p.application_id = l.application_id
where p.payout_id = :payout_id;
