-- insert_repayments: staged payments, or bounces, become repayments as received.
-- reads:  staged_repayment (temporary; the trigger on repayment may touch loan, which this statement must not read)
-- writes: repayment
-- repeat: safe; a reference comes in once (unique key), and those that are known carry a verdict

insert into repayment
    (source, external_ref, channel, kind, loan_no, loan_id, amount, currency, value_date, business_date, original_ref, landing_file_id)
select
    source,
    external_ref,
    channel,
    kind,
    loan_no,
    loan_id,
    amount,
    currency,
    value_date,
    :business_date,
    original_ref,
    :landing_file_id
from staged_repayment
where kind = :kind
    and verdict is null
order by position;
