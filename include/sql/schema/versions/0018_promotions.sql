-- Who made which version of the score champion, when and why, for good: score_model knows the last time only.
-- A trigger on score_model writes it (include/sql/schema/triggers/score_model.sql).

create table score_model_promotion (
    promotion_id bigint not null auto_increment primary key,
    model_name varchar(64) not null,
    model_version varchar(32) not null,
    business_date date comment 'that was open; null before the first',
    promoted_at datetime(6) not null,
    promoted_by varchar(100) comment 'null where somebody moved the alias in the registry',
    reason varchar(500) not null,
    key by_model (model_name, promotion_id),
    foreign key (model_name, model_version) references score_model (model_name, model_version)
) comment 'each time that a version became champion';

insert into score_model_promotion (model_name, model_version, business_date, promoted_at, promoted_by, reason)
select
    model_name,
    model_version,
    promoted_on,
    promoted_at,
    promoted_by,
    coalesce(reason, 'not recorded')
from score_model
where promoted_at is not null
order by promoted_at;
