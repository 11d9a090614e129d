-- A date has its bank statement, or policy wants none, or somebody recorded why it closes without.
select :business_date as missing_on, p.value as required
from policy_setting as p
where p.name = 'bank_statement_required'
    and (
        p.value = 'always'
        or (p.value = 'after_first' and exists (select 1 from bank_statement where business_date < :business_date))
    )
    and not exists (select 1 from bank_statement where business_date = :business_date)
    and not exists (select 1 from bank_statement_override where business_date = :business_date);
