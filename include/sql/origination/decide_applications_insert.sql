-- One decision as it was made. Append-only: a later one, by a person, is another row.
insert into application_decision (
    application_id, business_date, outcome, policy_version, model_name, model_version, points, rules_fired,
    offer_amount, offer_rate, offer_tenor, offer_expires_on, decided_by, why
)
values (
    :application_id, :business_date, :outcome, :policy_version, :model_name, :model_version, :points, :rules_fired,
    :offer_amount, :offer_rate, :offer_tenor, :offer_expires_on, :decided_by, :why
);
