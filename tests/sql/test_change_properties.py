"""Whatever changes a running loan has been through, its books agree: every date's close proves the invariants on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import as_role
from tests.databases import SharedSchema
from tests.lender import Lender
from tests.sql.changing import ask, monthly_loan
from tests.sql.histories import FIRST, PRODUCT, make_product

DAYS = 7
DETAILS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "EXTENSION": st.fixed_dictionaries({"months": st.integers(1, 3)}),
    "RATE_CHANGE": st.fixed_dictionaries({"annual_rate": st.sampled_from(["0", "0.05", "0.181818"])}),
    "RESTRUCTURE": st.fixed_dictionaries(
        {"instalments": st.integers(1, 9), "arrears": st.sampled_from(["KEEP", "DEFER", "CAPITALISE"])},
        optional={
            "annual_rate": st.sampled_from(["0", "0.07"]),
            "method": st.sampled_from(["EQUAL_INSTALMENT", "EQUAL_PRINCIPAL", "INTEREST_ONLY"]),
            "first_due": st.sampled_from(["2026-03-31", "2026-05-17"]),
        },
    ),
    "EARLY_REPAYMENT": st.fixed_dictionaries({"effect": st.sampled_from(["REDUCE", "SHORTEN"])}),
    "PAYOFF": st.just({}),
}
SETTINGS = {
    **PRODUCT,
    "early_money": st.sampled_from(["HOLD", "ADVANCE", "REDUCE", "SHORTEN"]),
    "method": st.sampled_from(["EQUAL_INSTALMENT", "EQUAL_PRINCIPAL", "INTEREST_ONLY", "AT_MATURITY"]),
    "day_count": st.sampled_from(["30/360", "ACTUAL/360", "ACTUAL/365", "ACTUAL/ACTUAL"]),
    "payoff_fee_rate": st.sampled_from(["0", "0.013"]),
    "instalment_fee": st.sampled_from(["0", "3.30"]),
}


@dataclass(frozen=True)
class Story:
    """A product, the months of a loan, and by day what comes: cents of money and how many days back they count from, or a change."""

    product: tuple[tuple[str, Any], ...]
    months: int
    money: tuple[tuple[int, int, int], ...]
    changes: tuple[tuple[int, str, dict[str, Any]], ...]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Up to three payments and three changes within a week, some on the same day."""
    product = tuple((name, draw(strategy)) for name, strategy in SETTINGS.items())
    day = st.integers(0, DAYS - 1)
    money = draw(st.lists(st.tuples(day, st.integers(1, 1_400_000), st.integers(0, 2)), max_size=3))
    changes = []
    for on in sorted(draw(st.lists(day, min_size=1, max_size=3))):
        kind = draw(st.sampled_from(sorted(DETAILS)))
        changes.append((on, kind, draw(DETAILS[kind])))
    return Story(product, draw(st.integers(2, 8)), tuple(money), tuple(changes))


@pytest.mark.parametrize("server", ["mariadb", "mysql"])
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=(Phase.explicit, Phase.generate))
@given(batch=st.lists(stories(), min_size=12, max_size=24))
def test_principal_and_books_agree_after_any_changes(
    request: pytest.FixtureRequest, server: str, tmp_path: Path, batch: list[Story]
) -> None:
    schema: SharedSchema = request.getfixturevalue(f"{server}_schema")
    schema.empty()
    lender = Lender(schema.owner, as_role(schema.owner, "millrace_app"), tmp_path)
    lender.execute("delete from loan_product where product_code like 'RANDOM%'")
    lender.open(str(FIRST))
    for number, story in enumerate(batch):
        make_product(lender, f"RANDOM{number}", story.product)
        monthly_loan(lender, f"L{number}", product=f"RANDOM{number}", months=story.months)
    for on in range(DAYS):
        for number, story in enumerate(batch):
            for place, (day, cents, back) in enumerate(story.money):
                if day == on:
                    counts_from = max(FIRST, lender.today - timedelta(days=back))
                    lender.receive(f"L{number}", str(Decimal(cents) / 100), f"L{number}-{place}", value_date=str(counts_from))
            for day, kind, details in story.changes:
                if day == on:
                    ask(lender, kind, f"L{number}", details=details)
        lender.close_day()
    assert lender.today == FIRST + timedelta(days=DAYS)
    for loan in lender.rows(
        "select l.loan_no, l.principal_disbursed, l.principal_paid, l.principal_balance, l.interest_paid, i.owed, i.least, i.interest,"
        " coalesce(c.made_principal, 0) as made_principal"
        " from loan as l"
        " inner join (select loan_id, sum(principal_due - principal_paid - principal_released) as owed, min(outstanding) as least,"
        " sum(interest_due - interest_cut) as interest from instalment group by loan_id) as i on l.loan_id = i.loan_id"
        " left join (select loan_id, sum(interest + fee + penalty) as made_principal from ledger_entry where entry_type = 'CAPITALISED'"
        " group by loan_id) as c on l.loan_id = c.loan_id"
    ):
        assert loan["owed"] == loan["principal_balance"], loan
        assert loan["principal_paid"] + loan["principal_balance"] == loan["principal_disbursed"] + loan["made_principal"], loan
        assert loan["least"] >= 0, loan
        assert loan["interest"] >= loan["interest_paid"], loan
    unexplained = lender.rows(
        "select * from change_request where state not in ('APPLIED', 'FAILED') or (state = 'FAILED' and error is null)"
    )
    assert unexplained == []
