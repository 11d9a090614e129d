-- change WAIVER: release what is owed of one component, oldest instalment first, up to an amount; interest only once it is due.
-- reads:  instalment
-- writes: posting_entry (temporary; one entry an instalment and component, as a replay makes them)
-- repeat: safe; one transaction with the request's APPLIED
insert into posting_entry (loan_id, instalment_no, entry_type, value_date, interest, fee, penalty)
select
    loan_id,
    instalment_no,
    'WAIVER',
    :business_date,
    if(:component = 'INTEREST', released, 0),
    if(:component = 'FEE', released, 0),
    if(:component = 'PENALTY', released, 0)
from (
    select loan_id, instalment_no, least(owed, :amount - (upto - owed)) as released
    from (
        select loan_id, instalment_no, owed, sum(owed) over (order by instalment_no) as upto
        from (
            select
                loan_id,
                instalment_no,
                case :component
                    when 'PENALTY' then penalty_charged - penalty_paid - penalty_released
                    when 'FEE' then fee_due + fee_charged - fee_paid - fee_released
                    else if(due_date <= :business_date, interest_due - interest_paid - interest_released, 0)
                end as owed
            from instalment
            where loan_id = :loan_id and (:instalment_no is null or instalment_no = :instalment_no)
        ) as cells
        where owed > 0
    ) as line
    where upto - owed < :amount
) as shares;

select coalesce(sum(interest + fee + penalty), 0) as amount from posting_entry;
