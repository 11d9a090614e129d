"""The same fortnight through 1, 2 and 8 shards leaves the same rows by business key."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.steps.changes import approve, request
from tests.checksums import checksums
from tests.conftest import as_role
from tests.databases import SharedSchema
from tests.lender import Lender

FIRST = date(2026, 3, 2)
LOANS = 24
PRODUCTS = ("WC-INSTALMENT", "WC-PRINCIPAL", "WC-INTEREST-ONLY", "WC-BULLET")
SCHEDULE_CHANGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("EXTENSION", {"months": 1}),
    ("RESTRUCTURE", {"instalments": 4, "arrears": "DEFER"}),
    ("RATE_CHANGE", {"annual_rate": "0.05"}),
    ("PAYOFF", {}),
    ("RESTRUCTURE", {"instalments": 4, "arrears": "CAPITALISE"}),
)
# how many shards there were is what these say
ABOUT_SHARDS = {"shard", "step_run"}


def live(lender: Lender) -> None:
    """Loans paid on time, late, early, twice, from an older date, that bounce, are charged back, get a waiver and a new schedule."""
    for number in range(LOANS):
        due = [(str(FIRST + timedelta(days=number % 5 + 4 * k)), f"{900 + 37 * number}.{number:02}", f"{9 + number}.50") for k in range(3)]
        lender.loan(f"L{number:02}", due, product=PRODUCTS[number % 4], penalty_rate="0.27")
    for day in range(14):
        today = lender.today
        for number in range(LOANS):
            loan, way = f"L{number:02}", (number * 7 + day) % 11
            if way in (0, 1):
                back = min(day, way * 3)
                lender.receive(loan, f"{300 + 41 * number}.07", f"{loan}-{day}", value_date=str(today - timedelta(days=back)))
            elif way == 5 and day:
                lender.receive(loan, f"{300 + 41 * number}.07", f"{loan}-{day}-b", kind="BOUNCE", original_ref=f"{loan}-{day - 5}")
            elif way == 7:
                lender.receive(loan, "12.34", f"{loan}-{day}-c", kind="CHARGEBACK", original_ref=f"{loan}-{day - 7}")
        lender.receive("NOBODY", "5.00", f"lost-{day}")
        if day == 9:
            for number in range(LOANS):
                with lender.engine.begin() as connection:
                    change = request(connection, "WAIVER", "maker", f"of L{number:02}", f"L{number:02}", details={"component": "PENALTY"})
                    approve(connection, change, "checker")
                    kind, details = SCHEDULE_CHANGES[number % len(SCHEDULE_CHANGES)]
                    change = request(connection, kind, "maker", f"of L{number:02}", f"L{number:02}", details=details)
                    approve(connection, change, "checker")
        lender.close_day()


@pytest.mark.parametrize("server", ["mariadb", "mysql"])
def test_shards_leave_no_trace(server: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema: SharedSchema = request.getfixturevalue(f"{server}_schema")
    found = []
    for shards in ("1", "2", "8"):
        monkeypatch.setenv("MILLRACE_SHARDS", shards)
        schema.empty()
        lender = Lender(schema.owner, as_role(schema.owner, "millrace_app"), tmp_path)
        lender.open(str(FIRST))
        live(lender)
        found.append({table: digest for table, digest in checksums(schema.owner).items() if table not in ABOUT_SHARDS})
    entries = int(found[0]["ledger_entry"].split()[0])
    assert entries > 200
    assert found[0] == found[1] == found[2]
