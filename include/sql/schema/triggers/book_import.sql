-- What was taken over never changes: it comes in with the take-over's own transaction, whose last row is book_import.
delimiter //

create trigger imported_loan_insert before insert on imported_loan for each row
begin
    if exists (select 1 from book_import) then
        signal sqlstate '45000' set message_text = 'imported_loan: the book has been taken over, nothing is added to it';
    end if;
end//

create trigger imported_loan_update before update on imported_loan for each row
begin
    signal sqlstate '45000' set message_text = 'imported_loan is read-only: it is what the old system had at the cut-over';
end//

create trigger imported_loan_delete before delete on imported_loan for each row
begin
    signal sqlstate '45000' set message_text = 'imported_loan is read-only: it is what the old system had at the cut-over';
end//

create trigger imported_event_insert before insert on imported_event for each row
begin
    if exists (select 1 from book_import) then
        signal sqlstate '45000' set message_text = 'imported_event: the book has been taken over, nothing is added to its history';
    end if;
end//

create trigger imported_event_update before update on imported_event for each row
begin
    signal sqlstate '45000' set message_text = 'imported_event is read-only: it is the history before the cut-over';
end//

create trigger imported_event_delete before delete on imported_event for each row
begin
    signal sqlstate '45000' set message_text = 'imported_event is read-only: it is the history before the cut-over';
end//

create trigger book_import_update before update on book_import for each row
begin
    signal sqlstate '45000' set message_text = 'book_import never changes: a book is taken over once';
end//

create trigger book_import_delete before delete on book_import for each row
begin
    signal sqlstate '45000' set message_text = 'book_import never changes: a book is taken over once';
end//
