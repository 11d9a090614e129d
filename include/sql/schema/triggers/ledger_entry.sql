-- The ledger is append-only, books on the open date alone, and is the one thing that moves balances:
-- so a balance is the sum of its entries by mechanism, not by hope.
delimiter //

create trigger ledger_entry_insert before insert on ledger_entry for each row
begin
    declare today date;
    declare message varchar(128);
    -- the shared lock makes the close wait for this entry's commit
    select business_date into today from business_day where is_current = 1 lock in share mode;
    if today is null or new.business_date <> today then
        set message = concat('a ledger entry on ', new.business_date, ': that date is not open');
        signal sqlstate '45000' set message_text = message;
    end if;
    if new.instalment_no = 0 and (new.interest <> 0 or new.fee <> 0 or new.penalty <> 0
        or (new.principal <> 0 and new.entry_type not in ('OPENING', 'DISBURSEMENT', 'RECOVERY', 'MOVED_IN'))) then
        set message = concat(new.entry_type, ' of loan ', new.loan_id, ' must name its instalment');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger ledger_entry_moves after insert on ledger_entry for each row
begin
    declare message varchar(128);
    if new.instalment_no > 0 then
        case
            when new.entry_type in ('REPAYMENT', 'HELD_APPLIED') then
                update instalment set
                    principal_paid = principal_paid + new.principal,
                    interest_paid = interest_paid + new.interest,
                    fee_paid = fee_paid + new.fee,
                    penalty_paid = penalty_paid + new.penalty
                where loan_id = new.loan_id and instalment_no = new.instalment_no;
            when new.entry_type in ('PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE', 'OPENING') then
                update instalment set
                    fee_charged = fee_charged + new.fee,
                    penalty_charged = penalty_charged + new.penalty
                where loan_id = new.loan_id and instalment_no = new.instalment_no;
            when new.entry_type in (
                'WAIVER', 'WRITE_OFF', 'CHARGEBACK', 'INTEREST_CUT', 'MOVED_OUT', 'MOVED_IN', 'DEFERRED', 'CAPITALISED'
            ) then
                update instalment set
                    interest_cut = interest_cut + if(new.entry_type in ('INTEREST_CUT', 'MOVED_OUT', 'DEFERRED'), new.interest, 0),
                    principal_released = principal_released + new.principal,
                    interest_released = interest_released + new.interest,
                    fee_released = fee_released + new.fee,
                    penalty_released = penalty_released + new.penalty
                where loan_id = new.loan_id and instalment_no = new.instalment_no;
            else
                set message = concat(new.entry_type, ' of loan ', new.loan_id, ' is for the loan as a whole');
                signal sqlstate '45000' set message_text = message;
        end case;
        if row_count() = 0 then
            set message = concat('ledger entry for instalment ', new.loan_id, '/', new.instalment_no, ', which does not exist');
            signal sqlstate '45000' set message_text = message;
        end if;
    end if;
    case
        when new.entry_type in ('REPAYMENT', 'HELD_APPLIED', 'REFUND') then
            update loan set
                principal_paid = principal_paid + new.principal,
                interest_paid = interest_paid + new.interest,
                fee_paid = fee_paid + new.fee,
                penalty_paid = penalty_paid + new.penalty,
                overpayment = overpayment + new.overpayment
            where loan_id = new.loan_id;
        when new.entry_type in ('PENALTY_CHARGE', 'FEE_CHARGE', 'DUE_FEE', 'LATE_FEE') then
            update loan set
                fee_charged = fee_charged + new.fee,
                penalty_charged = penalty_charged + new.penalty
            where loan_id = new.loan_id;
        when new.entry_type in ('OPENING', 'DISBURSEMENT') then
            update loan set
                principal_disbursed = principal_disbursed + new.principal,
                fee_charged = fee_charged + new.fee,
                penalty_charged = penalty_charged + new.penalty,
                overpayment = overpayment + new.overpayment
            where loan_id = new.loan_id;
        when new.entry_type = 'RECOVERY' then
            update loan set recovered = recovered + new.principal where loan_id = new.loan_id;
        else
            update loan set
                principal_released = principal_released + new.principal,
                interest_released = interest_released + new.interest,
                fee_released = fee_released + new.fee,
                penalty_released = penalty_released + new.penalty,
                overpayment = overpayment + new.overpayment
            where loan_id = new.loan_id;
    end case;
    if row_count() = 0 then
        set message = concat('ledger entry for loan ', new.loan_id, ', which does not exist');
        signal sqlstate '45000' set message_text = message;
    end if;
end//

create trigger ledger_entry_update before update on ledger_entry for each row
begin
    signal sqlstate '45000' set message_text = 'ledger_entry is append-only: book a reversing entry';
end//

create trigger ledger_entry_delete before delete on ledger_entry for each row
begin
    signal sqlstate '45000' set message_text = 'ledger_entry is append-only: book a reversing entry';
end//
