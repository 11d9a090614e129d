-- Rounding to the cent. DECIMAL round() is half away from zero, which is HALF_UP for amounts; this is the other one.
delimiter //

create function round_half_even(amount decimal(40, 14)) returns decimal(18, 2) deterministic no sql
begin
    declare floored decimal(40, 2) default truncate(amount, 2);
    declare rest decimal(40, 14) default abs(amount - truncate(amount, 2));
    if rest > 0.005 or (rest = 0.005 and mod(floored * 100, 2) <> 0) then
        return floored + sign(amount) * 0.01;
    end if;
    return floored;
end//
