"""What the tests of the desk look at: a lender with referred applications of every kind and loans in every state."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine, text

from tests.lender import Lender
from tests.steps.origination_scene import Scene

LONG_REASON = "a reason as long as somebody in a hurry writes it, without a full stop, " * 5
SCHEDULE = [
    ("2026-02-02", "1000.00", "42.50"),
    ("2026-03-02", "1000.00", "34.00"),
    ("2026-04-02", "1000.00", "25.50"),
    ("2026-05-04", "12345678901.23", "17.00"),
]


def build_scene(owner: Engine, folder: Path) -> None:
    """2026-03-02 is open. R1 to R40 are referred: R1 and R5 within one person's limit, R2, R3 and R4 above it."""
    scene = Scene(owner, folder, reasons=json.dumps([{"code": "ADVERSE_RECORD", "points": -46.2}, {"code": "AGE", "points": -8.6}]))
    lender = Lender(owner, owner, folder)
    large = {"amount": Decimal("130000"), "income": Decimal("50000")}
    for number in range(1, 41):
        terms = large if number in (2, 3, 4) else {"amount": Decimal(20000 + 500 * number)}
        scene.apply(f"R{number}", points=Decimal(489 + number % 14), **terms)
    for number in range(1, 6):
        scene.apply(f"D{number}", points=Decimal(505 + number))
    scene.run("decide_applications")
    _purpose(owner)
    lender.loan("LB000001", SCHEDULE, disbursed_on="2026-01-02")
    lender.loan("LB000002", SCHEDULE[2:], disbursed_on="2026-01-02")
    lender.receive("LB000001", "500.00", "B-1")
    lender.receive("NO-SUCH", "718.00", "B-2")
    with owner.begin() as connection:
        # a promise that is open, a long note, a repayment nobody knows
        connection.execute(
            text("insert into loan_note (loan_id, kind, body, business_date, actor) values (1, 'CALL', :body, curdate(), 'officer')"),
            {"body": LONG_REASON},
        )
        connection.execute(
            text(
                "insert into promise_to_pay (loan_id, promised_on, amount, business_date, actor)"
                " values (1, '2026-03-09', 1042.50, curdate(), 'officer')"
            )
        )
        connection.execute(text("update repayment set state = 'SUSPENSE' where external_ref = 'B-2'"))
        connection.execute(
            text(
                "insert into suspense_item (repayment_id, business_date, amount, reason) select repayment_id, business_date, amount,"
                " 'no loan NO-SUCH' from repayment where external_ref = 'B-2'"
            )
        )


def _purpose(owner: Engine) -> None:
    """What the money is for, as an applicant writes it."""
    with owner.begin() as connection:
        connection.execute(text("update application set purpose = '支付货款'"))
