"""Reminders by mail: the channel ``smtp``, through the Airflow connection ``millrace_mail`` (type smtp).

A mail server cannot take part in our commit, so after a crash between sending and commit a mail may go out again. Its
Message-ID names loan, instalment and rule: mail systems recognise the second copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from include.lending import privacy
from include.places import Places
from include.steps.channels import Message

CONNECTION = "millrace_mail"


def smtp(_business_date: date, messages: Sequence[Message], _places: Places) -> Sequence[Message]:
    """Send a mail a message; returns the messages of customers without an address."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    without_address = []
    with SmtpHook(smtp_conn_id=CONNECTION) as hook:
        for message in messages:
            address = privacy.decrypt("email", message.email_cipher)
            if not address:
                without_address.append(message)
                continue
            hook.send_email_smtp(
                to=address,
                subject=message.subject,
                html_content=message.body,
                mime_charset="utf-8",
                custom_headers={"Message-ID": f"<{message.loan_no}.{message.instalment_no}.{message.rule_code}@millrace>"},
            )
    return without_address
