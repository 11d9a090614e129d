-- reports.collections: what was due, what came in, what is late, and which loans fell late or recovered?
-- 当日催收:应收、实收、逾期与转正常
-- Changes of state are those of the day as a whole: a loan that fell late and was cured on the same date counts as neither.
-- Loans of the opening book were taken over in their state and count in no change.
-- payments_amount - bounced - to_suspense = the sum of the five received_ columns, unless a reversal was booked for another cause.
-- reads:  loan_day; repayment, suspense_item and ledger_entry booked on the date; loan_history of the date
-- writes: report_collections
-- repeat: safe; replaces the row of its date; what it reads of a closed date no longer changes
-- columns of report_collections (name | unit | meaning | 中文)
--   business_date | date | closed date that the row is about | 营业日
--   due_loans | count | loans that had an instalment due on the date | 当日到期笔数
--   due_today | CNY | scheduled to be paid on the date | 当日应收
--   collected_of_due | CNY | due_today - due_open, in advance or on the date | 当日应收已收
--   due_open | CNY | what of due_today was unpaid at the close | 当日应收未收
--   collection_rate | fraction | collected_of_due / due_today | 到期回收率
--   payments | count | payments booked on the date, whatever became of them | 还款笔数
--   payments_amount | CNY | sum of these payments | 还款金额
--   bounced | CNY | payments that bounced on the date, whenever they had been made | 退回金额
--   to_suspense | CNY | payments of the date that could not be posted, less bounces that match no posted payment | 转入暂收
--   received_principal | CNY | principal of the date's repayment entries, net of reversals | 收回本金
--   received_interest | CNY | interest of the same entries | 收回利息
--   received_fee | CNY | fees of the same entries | 收回手续费
--   received_penalty | CNY | penalty of the same entries | 收回罚息
--   received_overpayment | CNY | money of the same entries that nothing was due for: held on the loan | 转入预存
--   held_applied | CNY | held money that paid what became due, net of reversals | 预存抵扣
--   overdue_loans | count | loans on the book at least 1 day past due | 逾期笔数
--   overdue_principal | CNY | their whole principal outstanding | 逾期贷款余额
--   arrears | CNY | everything past due and unpaid on loans on the book | 逾期金额
--   newly_overdue_loans | count | loans that became OVERDUE on the date | 新增逾期笔数
--   cured_loans | count | loans that went back to ACTIVE from OVERDUE or DEFAULTED | 恢复正常笔数
--   defaulted_loans | count | loans that became DEFAULTED on the date | 新增违约笔数
--   paid_off_loans | count | loans that became PAID_OFF on the date | 结清笔数
--   newly_overdue_principal | CNY | principal outstanding of newly_overdue_loans | 新增逾期余额
--   cured_principal | CNY | principal outstanding of cured_loans | 恢复正常余额
--   defaulted_principal | CNY | principal outstanding of defaulted_loans | 新增违约余额

delete from report_collections
where business_date = :business_date;

insert into report_collections (
    business_date, due_loans, due_today, collected_of_due, due_open, collection_rate, payments, payments_amount, bounced, to_suspense,
    received_principal, received_interest, received_fee, received_penalty, received_overpayment, held_applied,
    overdue_loans, overdue_principal, arrears, newly_overdue_loans, cured_loans, defaulted_loans, paid_off_loans,
    newly_overdue_principal, cured_principal, defaulted_principal
)
with book as (
    select
        coalesce(sum(due_today > 0), 0) as due_loans,
        coalesce(sum(due_today), 0) as due_today,
        coalesce(sum(due_open), 0) as due_open,
        coalesce(sum(state not in ('PAID_OFF', 'WRITTEN_OFF') and days_past_due > 0), 0) as overdue_loans,
        coalesce(sum(case when state not in ('PAID_OFF', 'WRITTEN_OFF') and days_past_due > 0 then principal_balance end), 0) as overdue_principal,
        coalesce(sum(case when state not in ('PAID_OFF', 'WRITTEN_OFF') then arrears end), 0) as arrears
    from loan_day
    where business_date = :business_date
),

-- repayment.state moves on later dates and is not read
money as (
    select
        coalesce(sum(repayment.kind = 'PAYMENT'), 0) as payments,
        coalesce(sum(case when repayment.kind = 'PAYMENT' then repayment.amount end), 0) as payments_amount,
        coalesce(sum(case when repayment.kind = 'BOUNCE' then repayment.amount end), 0) as bounced,
        coalesce(sum(suspense_item.amount), 0) as to_suspense
    from repayment
    left join suspense_item
        on repayment.repayment_id = suspense_item.repayment_id and repayment.business_date = suspense_item.business_date
    where repayment.business_date = :business_date
),

posted as (
    select
        coalesce(sum(case when entry_type = 'REPAYMENT' then principal end), 0) as principal,
        coalesce(sum(case when entry_type = 'REPAYMENT' then interest end), 0) as interest,
        coalesce(sum(case when entry_type = 'REPAYMENT' then fee end), 0) as fee,
        coalesce(sum(case when entry_type = 'REPAYMENT' then penalty end), 0) as penalty,
        coalesce(sum(case when entry_type = 'REPAYMENT' then overpayment end), 0) as overpayment,
        coalesce(-sum(case when entry_type = 'HELD_APPLIED' then overpayment end), 0) as held_applied
    from ledger_entry
    where business_date = :business_date and entry_type in ('REPAYMENT', 'HELD_APPLIED')
),

ends as (
    select
        min(history_id) as first_id,
        max(history_id) as last_id
    from loan_history
    where business_date = :business_date and from_state is not null
    group by loan_id
),

changed as (
    select
        last_move.loan_id,
        first_move.from_state,
        last_move.to_state
    from ends
    inner join loan_history as first_move on ends.first_id = first_move.history_id
    inner join loan_history as last_move on ends.last_id = last_move.history_id
    where first_move.from_state <> last_move.to_state
),

moves as (
    select
        coalesce(sum(changed.to_state = 'OVERDUE' and changed.from_state <> 'DEFAULTED'), 0) as newly_overdue,
        coalesce(sum(changed.to_state = 'ACTIVE' and changed.from_state in ('OVERDUE', 'DEFAULTED')), 0) as cured,
        coalesce(sum(changed.to_state = 'DEFAULTED' and changed.from_state <> 'WRITTEN_OFF'), 0) as defaulted,
        coalesce(sum(changed.to_state = 'PAID_OFF'), 0) as paid_off,
        coalesce(
            sum(case when changed.to_state = 'OVERDUE' and changed.from_state <> 'DEFAULTED' then loan_day.principal_balance end), 0
        ) as newly_overdue_principal,
        coalesce(
            sum(case when changed.to_state = 'ACTIVE' and changed.from_state in ('OVERDUE', 'DEFAULTED') then loan_day.principal_balance end), 0
        ) as cured_principal,
        coalesce(
            sum(case when changed.to_state = 'DEFAULTED' and changed.from_state <> 'WRITTEN_OFF' then loan_day.principal_balance end), 0
        ) as defaulted_principal
    from changed
    left join loan_day on loan_day.business_date = :business_date and changed.loan_id = loan_day.loan_id
)

select
    :business_date,
    book.due_loans,
    book.due_today,
    book.due_today - book.due_open as collected_of_due,
    book.due_open,
    (book.due_today - book.due_open) / nullif(book.due_today, 0) as collection_rate,
    money.payments,
    money.payments_amount,
    money.bounced,
    money.to_suspense,
    posted.principal,
    posted.interest,
    posted.fee,
    posted.penalty,
    posted.overpayment,
    posted.held_applied,
    book.overdue_loans,
    book.overdue_principal,
    book.arrears,
    moves.newly_overdue,
    moves.cured,
    moves.defaulted,
    moves.paid_off,
    moves.newly_overdue_principal,
    moves.cured_principal,
    moves.defaulted_principal
from book
cross join money
cross join posted
cross join moves;

select
    payments as rows_done,
    payments_amount as amount
from report_collections
where business_date = :business_date;
