-- Every bank statement adds up: it opens with what the last one closed with, and opening + lines + what of it is in quarantine = closing.
select t.business_date, t.fault, t.off_by
from (
    select
        business_date,
        'opens otherwise than the last one closed' as fault,
        opening - lag(closing) over (order by business_date) as off_by
    from bank_statement
    union all
    select
        s.business_date,
        'opening + lines is not closing',
        s.opening
        + coalesce((select sum(l.amount) from bank_line as l where l.statement_date = s.business_date), 0)
        + coalesce(q.amount, 0)
        - s.closing
    from bank_statement as s
    left join (
        select landing_file_id, sum(if(amount regexp '^-?[0-9]+([.][0-9]{1,2})?$', cast(amount as decimal(18, 2)), 0)) as amount
        from (
            select landing_file_id, json_unquote(json_extract(source_row, '$.amount')) as amount
            from quarantine
            where dataset = 'bank_statement' and state <> 'REINJECTED'
        ) as refused
        group by landing_file_id
    ) as q on s.landing_file_id = q.landing_file_id
) as t
where t.off_by <> 0;
