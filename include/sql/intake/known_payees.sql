-- known_payees: the account to pay out to, of staged applications that look as they did before.
-- reads:  staged_application (temporary), application
-- writes: nothing
-- repeat: safe; it only reads

select
    staged.position,
    known.payee_cipher
from staged_application as staged
inner join application as known on staged.application_no = known.application_no
where staged.verdict = 'KNOWN';
