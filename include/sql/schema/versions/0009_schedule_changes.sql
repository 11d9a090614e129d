-- New schedule versions of a running loan: extension, restructure, rate change, early repayment, payoff.

-- what a version was made by, where it differs from the contract, and what it took over from the versions before it
alter table schedule_version add column annual_rate decimal(9, 6) comment 'null: that of the contract';
alter table schedule_version add column method varchar(24) comment 'null: that of the product';
alter table schedule_version add column replaces varchar(10) not null default 'NOTHING' comment 'of older versions: the FUTURE, or EVERYTHING that is owed';
alter table schedule_version add column taken_over decimal(18, 2) not null default 0 comment 'principal that came from older versions, and arrears made principal';
alter table schedule_version add column carried_until date comment 'last due date of interest that was earned before the version was made';
alter table schedule_version add constraint schedule_version_replaces check (replaces in ('NOTHING', 'FUTURE', 'EVERYTHING'));
alter table schedule_version add key by_carried (carried_until);

alter table instalment add column kind varchar(10) not null default 'REGULAR'
comment 'CARRIED: owed from before the version; EARLY: an early repayment; PAYOFF: all that was left' after version;
alter table instalment add column penalty_rate decimal(9, 6) comment 'null: that of the loan' after penalty_from;
alter table instalment add column moved_on date comment 'replaced by a newer version, which took over what it owed';

alter table loan add column restructured_on date;
alter table loan add column observed_until date comment 'last day of the observation after a restructure';
alter table loan add column restructured_times smallint not null default 0 comment 'within observation: 1 the first, more once again';

alter table loan_product add column payoff_fee_rate decimal(9, 6) not null default 0 comment 'of principal paid before it is due by paying off' after early_money;
alter table loan_product drop constraint loan_product_early;
alter table loan_product add constraint loan_product_early check (early_money in ('HOLD', 'ADVANCE', 'REDUCE', 'SHORTEN'));
