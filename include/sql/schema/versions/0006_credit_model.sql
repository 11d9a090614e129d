-- Versions of the credit score that the registry holds, with their coefficient tables as they were when registered.
-- What scores today is the registry's alias; what may score is here: an artifact whose hash differs is refused.

create table score_model (
    model_name varchar(64) not null,
    model_version varchar(32) not null,
    sha256 char(64) not null comment 'of the coefficient table',
    -- not json: the servers rewrite json, and the hash is over the text as it was
    coefficients longtext not null,
    metrics json not null,
    gates json comment 'each limit, the figure and whether it held',
    run_id varchar(64) not null comment 'MLflow run that made it',
    state varchar(10) not null default 'REGISTERED',
    promoted_on date comment 'business date that was open; null before the first',
    promoted_at datetime(6),
    promoted_by varchar(100),
    reason varchar(500),
    verified_at datetime(6) comment 'when the registry last named it champion and its artifact had this hash',
    primary key (model_name, model_version),
    -- REGISTERED waits for a person, CHAMPION decides, RETIRED did once and may again
    constraint score_model_state check (state in ('REGISTERED', 'CHAMPION', 'RETIRED')),
    constraint score_model_promoted check (state = 'REGISTERED' or (promoted_at is not null and promoted_by is not null))
);

alter table application_score
    add column model_source varchar(8) not null default 'REGISTRY'
    comment 'CACHE: the registry did not answer and the last verified champion was used';
