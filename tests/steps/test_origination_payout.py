"""Payouts on the database: instruct, confirm or return, and the loan that follows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from include.lending import privacy
from include.steps.context import StepError
from include.steps.origination import confirmations, payout
from tests.steps.origination_scene import KEY, Scene

FOUR_METHODS = {
    "A1": ("WC-INSTALMENT", 24, 24),
    "A2": ("WC-PRINCIPAL", 12, 12),
    "A3": ("WC-INTEREST-ONLY", 6, 6),
    "A4": ("WC-BULLET", 9, 1),
}


@pytest.fixture
def scene(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    return Scene(database, tmp_path)


@pytest.fixture
def any_scene(any_database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The same on each server in turn."""
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    return Scene(any_database, tmp_path)


@pytest.fixture
def by_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bank answers by file, and is asked twice at most."""
    rules = {"payout": {"confirmation": "file", "max_attempts": 2}}
    monkeypatch.setattr(payout.policy, "read", lambda _name: rules)


def approve(scene: Scene, **applications: dict[str, object]) -> None:
    for application_no, changes in applications.items():
        scene.apply(application_no, **changes)
    scene.run("decide_applications")


def answer(scene: Scene, *lines: str) -> None:
    folder = scene.folder / "source" / confirmations.DATASET / scene.day.isoformat()
    folder.mkdir(parents=True)
    (folder / "confirmations.csv").write_text("\n".join([",".join(confirmations.COLUMNS), *lines]), encoding="utf-8")


def test_an_approved_application_becomes_a_loan_by_each_method(any_scene: Scene) -> None:
    approve(
        any_scene,
        **{no: {"product_code": product, "tenor": tenor, "income": Decimal(30000)} for no, (product, tenor, _) in FOUR_METHODS.items()},
    )

    (result, again) = any_scene.run("pay_out", times=2)

    assert (result.rows, result.amount) == (4, Decimal("240000.00"))
    assert again.rows == 4 and again.details["already_done"]
    assert set(any_scene.states().values()) == {"DISBURSED"}
    loans = any_scene.rows(
        "select loan_no, principal, principal_disbursed, principal_balance, annual_rate, penalty_rate, state, source, disbursed_on"
        " from loan"
    )
    money, today = Decimal("60000.00"), date(2026, 3, 2)
    assert sorted(loans) == [
        ("LA1", money, money, money, Decimal("0.085000"), Decimal("0.127500"), "ACTIVE", "ORIGINATED", today),
        ("LA2", money, money, money, Decimal("0.082000"), Decimal("0.123000"), "ACTIVE", "ORIGINATED", today),
        ("LA3", money, money, money, Decimal("0.092000"), Decimal("0.138000"), "ACTIVE", "ORIGINATED", today),
        ("LA4", money, money, money, Decimal("0.095000"), Decimal("0.180000"), "ACTIVE", "ORIGINATED", today),
    ]
    schedules = any_scene.rows(
        "select l.loan_no, count(*), sum(i.principal_due), min(i.due_date) = max(l.next_due_date), max(i.period_end) = max(l.matures_on),"
        " sum(i.interest_due) = max(v.interest) and count(*) = max(v.instalments)"
        " from loan l join instalment i using (loan_id) join schedule_version v on v.loan_id = l.loan_id group by l.loan_no"
    )
    assert sorted(schedules) == [(f"L{no}", count, money, 1, 1, 1) for no, (_, _, count) in FOUR_METHODS.items()]
    entries = any_scene.rows("select entry_type, principal, instalment_no, business_date, value_date, actor from ledger_entry")
    assert set(entries) == {("DISBURSEMENT", money, 0, today, today, "step:origination.pay_out")} and len(entries) == 4
    accruals = any_scene.rows("select instalment_no, completed, accrued, posted, posted_before, accrued_to from loan_accrual")
    assert set(accruals) == {(1, 0, 0, 0, 0, today)} and len(accruals) == 4


def test_due_dates_roll_but_periods_and_penalty_follow_the_contract(scene: Scene) -> None:
    approve(scene, A1={"tenor": 6})
    scene.run("pay_out")

    rows = scene.rows("select period_start, period_end, due_date, penalty_from from instalment order by instalment_no limit 3")

    # 2 May 2026 is in the Labour Day holiday, which ends on the 5th
    assert rows == [
        (date(2026, 3, 2), date(2026, 4, 2), date(2026, 4, 2), date(2026, 4, 2)),
        (date(2026, 4, 2), date(2026, 5, 2), date(2026, 5, 6), date(2026, 5, 6)),
        (date(2026, 5, 2), date(2026, 6, 2), date(2026, 6, 2), date(2026, 6, 2)),
    ]


def test_the_payout_file_is_the_only_place_with_account_numbers(scene: Scene) -> None:
    approve(scene, A2={}, A1={}, A3={"payee": None})
    (result,) = scene.run("pay_out")

    content = (scene.folder / "outbox" / "payouts" / "2026-03-02.csv").read_text(encoding="utf-8")
    assert content.splitlines() == [
        "reference,payee_name,payee_account,amount,currency,value_date",
        "A1-1,name of C-A1,62A1,60000.00,CNY,2026-03-02",
        "A2-1,name of C-A2,62A2,60000.00,CNY,2026-03-02",
    ]
    assert result.details["without_account"] == 1 and scene.states()["A3"] == "ACCEPTED"
    assert "62A1" not in str(scene.rows("select * from application")) + str(scene.rows("select * from payout"))


def test_without_the_key_nothing_is_paid_and_the_error_says_what_to_do(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    approve(scene, A1={})
    monkeypatch.delenv("MILLRACE_KEY")

    with pytest.raises(StepError, match=r"MILLRACE_KEY is not set.*openssl rand"):
        scene.run("pay_out")

    assert scene.states() == {"A1": "APPROVED"}
    assert scene.rows("select * from payout") == []


def test_a_returned_payout_is_instructed_again_and_given_up_in_the_end(any_scene: Scene, by_file: None) -> None:
    approve(any_scene, A1={}, A2={}, A3={})
    (first,) = any_scene.run("pay_out")
    assert (first.rows, first.details["unanswered"]) == (0, 3)
    assert set(any_scene.states().values()) == {"PAYOUT_PENDING"}

    any_scene.next_day()
    answer(any_scene, "A1-1,PAID,B77,", "A2-1,RETURNED,,account closed")
    (second,) = any_scene.run("pay_out")
    assert (second.rows, second.details["returned"], second.details["unanswered"]) == (1, 1, 1)
    assert any_scene.states() == {"A1": "DISBURSED", "A2": "PAYOUT_FAILED", "A3": "PAYOUT_PENDING"}
    assert any_scene.rows("select loan_no, disbursed_on from loan") == [("LA1", any_scene.day)]

    any_scene.next_day()
    any_scene.run("pay_out")
    assert any_scene.states()["A2"] == "PAYOUT_PENDING"
    assert "A2-2," in (any_scene.folder / "outbox" / "payouts" / f"{any_scene.day}.csv").read_text()

    any_scene.next_day()
    answer(any_scene, "A2-2,RETURNED,,account closed", "A3-1,PAID,B78,")
    any_scene.run("pay_out")
    any_scene.next_day()
    any_scene.run("pay_out")
    assert any_scene.states() == {"A1": "DISBURSED", "A2": "CANCELLED", "A3": "DISBURSED"}
    assert len(any_scene.rows("select * from ledger_entry")) == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A9-1,PAID,B77,", "answers A9-1, which no payout is waiting for"),
        ("A1-1,MAYBE,B77,", "a result of PAID or RETURNED"),
        ("A1-1,PAID,B77,\nA1-1,RETURNED,,", "answers a payout twice"),
    ],
)
def test_an_answer_that_does_not_fit_stops_the_step(tmp_path: Path, line: str, message: str) -> None:
    scene = _scene_without_database(tmp_path)
    answer(scene, line)
    with pytest.raises(StepError, match=message):
        confirmations.from_file(scene, ["A1-1"])  # type: ignore[arg-type]


def _scene_without_database(folder: Path) -> Scene:
    from types import SimpleNamespace

    from upath import UPath

    day = date(2026, 3, 2)
    places = SimpleNamespace(source=UPath(folder / "source"))
    return SimpleNamespace(folder=folder, day=day, business_date=day, places=places)  # type: ignore[return-value]


def test_the_pipelines_own_account_may_do_all_of_it(
    any_database: Engine, app_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    scene = Scene(any_database, tmp_path)
    scene.apply("A1")
    scene.engine = app_engine
    results = scene.run("decide_applications", "expire_offers", "pay_out")
    assert [result.rows for result in results] == [1, 0, 1]
    with app_engine.connect() as connection:
        cipher = connection.execute(text("select payee_cipher from application")).scalar_one()
    assert privacy.decrypt("payee", cipher) == "62A1"
