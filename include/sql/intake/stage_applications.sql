-- stage_applications: a temporary table for the accepted applications of a file; the last statement adds one.
-- reads:  nothing
-- writes: temporary tables only
-- repeat: safe; the table goes with the connection

drop temporary table if exists staged_application;

create temporary table staged_application (
    position int not null primary key,
    application_no varchar(32) not null,
    customer_id bigint,
    customer_no varchar(32) not null,
    customer_kind varchar(10) not null,
    name_cipher varbinary(512) not null,
    id_number_cipher varbinary(512) not null,
    id_number_digest char(64) not null,
    phone_cipher varbinary(512),
    email_cipher varbinary(512),
    region varchar(50),
    industry varchar(50),
    product_code varchar(32) not null,
    amount decimal(18, 2) not null,
    tenor smallint not null,
    purpose varchar(200),
    price decimal(18, 2),
    payee_cipher varbinary(512),
    age smallint,
    gender varchar(8),
    marital varchar(16),
    housing varchar(16),
    occupation varchar(16),
    seniority decimal(5, 1),
    income decimal(18, 2),
    expenses decimal(18, 2),
    assets decimal(18, 2),
    debts decimal(18, 2),
    adverse_record varchar(3),
    verdict varchar(16) comment 'null: to be loaded; KNOWN: loaded before; else why it cannot be loaded',
    unique key by_number (application_no),
    key by_customer (customer_no)
) engine = innodb character set utf8mb4 collate utf8mb4_bin;

insert into staged_application (
    position, application_no, customer_no, customer_kind, name_cipher, id_number_cipher, id_number_digest, phone_cipher, email_cipher,
    region, industry, product_code, amount, tenor, purpose, price, payee_cipher, age, gender, marital, housing, occupation,
    seniority, income, expenses, assets, debts, adverse_record
)
values (
    :position, :application_no, :customer_no, :customer_kind, :name_cipher, :id_number_cipher, :id_number_digest, :phone_cipher, :email_cipher,
    :region, :industry, :product_code, :amount, :tenor, :purpose, :price, :payee_cipher, :age, :gender, :marital, :housing, :occupation,
    :seniority, :income, :expenses, :assets, :debts, :adverse_record
);
