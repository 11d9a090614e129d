-- reports.trial_balance: what does every account stand at?
-- 试算平衡表
-- reads:  account_day, chart_of_accounts
-- writes: report_trial_balance
-- repeat: safe; replaces the rows of its date; account_day of a closed date no longer changes
-- columns of report_trial_balance (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   account_code | text | account of the chart of accounts; every account has a row | 科目代码
--   name_en | text | its name | 科目英文名称
--   name_zh | text | its Chinese name | 科目名称
--   kind | text | ASSET, LIABILITY, EQUITY, INCOME, EXPENSE or MEMORANDUM (off balance); income and expense are not closed out at the year's end | 科目类别
--   opening_debit | CNY | balance before the date, where it is a debit; equals closing_debit of the date before | 期初借方余额
--   opening_credit | CNY | balance before the date, where it is a credit; equals closing_credit of the date before | 期初贷方余额
--   debit | CNY | debits of the date; over all accounts they equal its credits | 本期借方发生额
--   credit | CNY | credits of the date | 本期贷方发生额
--   closing_debit | CNY | balance at the close, where it is a debit; over all accounts it equals closing_credit | 期末借方余额
--   closing_credit | CNY | balance at the close, where it is a credit | 期末贷方余额

delete from report_trial_balance
where business_date = :business_date;

insert into report_trial_balance (
    business_date, account_code, name_en, name_zh, kind, opening_debit, opening_credit, debit, credit, closing_debit, closing_credit
)
select
    d.business_date,
    d.account_code,
    a.name_en,
    a.name_zh,
    a.kind,
    greatest(d.opening, 0),
    greatest(-d.opening, 0),
    d.debit,
    d.credit,
    greatest(d.closing, 0),
    greatest(-d.closing, 0)
from account_day as d
inner join chart_of_accounts as a on d.account_code = a.account_code
where d.business_date = :business_date;

select
    count(*) as rows_done,
    sum(debit) as amount
from report_trial_balance
where business_date = :business_date;
