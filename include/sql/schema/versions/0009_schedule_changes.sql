-- New schedule versions of a running loan.
alter table loan add column restructured_on date comment 'of the latest restructure';
alter table loan add column observed_until date comment 'last day of observation after it';
alter table loan add column restructured_times smallint not null default 0 comment 'within observation: 1 the first, more once again';
