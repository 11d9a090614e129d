"""intake.load_*: customers, applications and repayments, every row once, on both servers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from include.lending.privacy import decrypt, digest
from include.steps.context import StepError
from tests.steps.intake_deliveries import DAY, KEY, IntakeDay, application, open_day, repayment, rows_of, total_of


@pytest.fixture(params=["mariadb", "mysql"])
def intake(request, tmp_path: Path, monkeypatch) -> Iterator[IntakeDay]:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    with open_day(request.getfixturevalue(f"{request.param}_server"), tmp_path) as day:
        yield day


def _loan(intake: IntakeDay, loan_no: str) -> int:
    with intake.owner.begin() as connection:
        customer = connection.execute(
            text("insert into customer (customer_no, kind, exposure_limit, created_on) values (:no, 'PERSON', 1, '2026-03-02')"),
            {"no": loan_no},
        ).lastrowid
        made = connection.execute(
            text(
                "insert into loan (loan_no, customer_id, product_id, annual_rate, penalty_rate, principal, tenor, disbursed_on, matures_on)"
                " values (:no, :customer, 1, 0.08, 0.12, 1000, 12, '2026-03-01', '2027-03-01')"
            ),
            {"no": loan_no, "customer": customer},
        )
        return int(made.lastrowid)


def _reasons(intake: IntakeDay) -> list[tuple[int, str]]:
    rows = intake.all("select row_no, json_unquote(json_extract(reasons, '$[0].rule')) as rule from quarantine order by quarantine_id")
    return [(row["row_no"], row["rule"]) for row in rows]


def test_applications_become_customers_and_new_applications(intake: IntakeDay):
    rows = [
        application(1),
        application(2, customer_kind="ENTERPRISE", debts="12.30", age="", seniority="2.5"),
        application(3, customer_no="C000001", id_number="99000000000000001X", region="浙江"),
    ]
    intake.deliver("applications", rows)
    result = intake.take_in("applications")
    assert (result.rows, result.amount) == (3, total_of(rows))
    customers = intake.all("select customer_no, kind, region, exposure_limit, created_on from customer order by customer_no")
    assert [tuple(row.values()) for row in customers] == [
        ("C000001", "PERSON", "浙江", Decimal("500000.00"), DAY),
        ("C000002", "ENTERPRISE", "江苏", Decimal("2000000.00"), DAY),
    ]
    (second,) = intake.all("select * from application where application_no = 'A20260302-0002'")
    assert (second["amount"], second["debts"], second["age"], second["seniority"]) == (
        Decimal("10002.50"),
        Decimal("12.30"),
        None,
        Decimal("2.5"),
    )
    assert (second["state"], second["business_date"]) == ("NEW", DAY)
    assert decrypt("payee", second["payee_cipher"]) == rows[1]["payee_account"]
    identity = intake.all("select i.* from customer_identity i join customer c using (customer_id) where customer_no = 'C000002'")[0]
    assert decrypt("name", identity["name_cipher"]) == rows[1]["name"]
    assert identity["id_number_digest"] == digest("id_number", rows[1]["id_number"])
    history = intake.all("select distinct to_state, actor, reason from application_history")
    assert history == [{"to_state": "NEW", "actor": "step:intake.load_applications", "reason": "received by file"}]
    (file,) = intake.all("select state, rows_accepted, rows_refused, amount_accepted from landing_file")
    assert tuple(file.values()) == ("LOADED", 3, 0, total_of(rows))


def test_known_applications_are_skipped_and_changed_ones_refused(intake: IntakeDay):
    intake.deliver("applications", rows_of("applications", 4))
    intake.take_in("applications")
    intake.next_day()
    again = [
        {**application(1), "application_date": str(intake.day)},
        {**application(2, amount="1.00"), "application_date": str(intake.day)},
        {**application(3, payee_account="6222000011112222"), "application_date": str(intake.day)},
        application(9, intake.day),
    ]
    intake.deliver("applications", again)
    result = intake.take_in("applications")
    assert (result.rows, result.details["known"], result.details["refused"]) == (1, 1, 2)
    assert _reasons(intake) == [(2, "application_no.known"), (3, "application_no.known")]
    assert intake.one("select count(*) from application") == 5
    (file,) = intake.all(
        "select rows_total, rows_accepted, rows_refused, amount_accepted from landing_file where business_date = :day", day=intake.day
    )
    assert tuple(file.values()) == (4, 1, 2, Decimal("10009.50"))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"customer_no": "C000001", "id_number": "99000000000000001X", "customer_kind": "ENTERPRISE"}, "customer_kind.as_on_file"),
        ({"customer_no": "C000001"}, "id_number.as_on_file"),
        ({"id_number": "99000000000000001X"}, "id_number.one_customer"),
    ],
)
def test_a_row_that_contradicts_what_is_on_file_about_its_customer(intake: IntakeDay, changes, rule):
    intake.deliver("applications", rows_of("applications", 2))
    intake.take_in("applications")
    intake.next_day()
    intake.deliver("applications", [application(8, intake.day, **changes), application(9, intake.day)])
    assert intake.take_in("applications").rows == 1
    assert _reasons(intake) == [(1, rule)]


def test_the_latest_phone_is_kept_and_a_missing_one_takes_nothing_away(intake: IntakeDay):
    for changes in ({"phone": "13800000001"}, {"phone": "", "email": "new@example.invalid"}):
        row = application(1, intake.day, **changes)
        intake.deliver("applications", [row])
        intake.take_in("applications")
        intake.next_day()
    (identity,) = intake.all("select phone_cipher, email_cipher from customer_identity")
    assert decrypt("phone", identity["phone_cipher"]) == "13800000001"
    assert decrypt("email", identity["email_cipher"]) == "new@example.invalid"


def test_repayments_find_their_loan_or_none(intake: IntakeDay):
    loan = _loan(intake, "LB000001")
    intake.deliver("repayments", rows_of("repayments", 2))
    result = intake.take_in("repayments")
    assert (result.rows, result.amount) == (2, Decimal("203.50"))
    rows = intake.all("select loan_no, loan_id, state, amount, value_date, business_date from repayment order by repayment_id")
    assert [tuple(row.values()) for row in rows] == [
        ("LB000001", loan, "RECEIVED", Decimal("101.25"), DAY, DAY),
        ("LB000002", None, "RECEIVED", Decimal("102.25"), DAY, DAY),
    ]


def test_known_references_are_skipped_and_changed_ones_refused(intake: IntakeDay):
    intake.deliver("repayments", rows_of("repayments", 3))
    intake.take_in("repayments")
    intake.next_day()
    today = {"booking_date": str(intake.day)}
    intake.deliver("repayments", [repayment(1, **today), repayment(2, **today, amount="7.00"), repayment(3, intake.day)])
    result = intake.take_in("repayments")
    assert (result.rows, result.details["known"], result.details["refused"]) == (1, 1, 1)
    assert _reasons(intake) == [(2, "external_ref.known")]


def test_a_bounce_belongs_to_the_loan_of_its_payment(intake: IntakeDay):
    loan = _loan(intake, "LB000001")
    bounce = {"kind": "BOUNCE", "loan_no": "unknown", "amount": "101.25"}
    first = repayment(1)
    intake.deliver("repayments", [repayment(7, **bounce, original_ref=first["external_ref"]), first])
    assert intake.take_in("repayments").rows == 2
    assert intake.all("select kind, loan_id from repayment order by repayment_id") == [
        {"kind": "PAYMENT", "loan_id": loan},
        {"kind": "BOUNCE", "loan_id": loan},
    ]


def test_bounces_that_cannot_be(intake: IntakeDay):
    intake.deliver("repayments", rows_of("repayments", 3))
    intake.take_in("repayments")
    intake.next_day()
    first, second = repayment(1)["external_ref"], repayment(2)["external_ref"]
    intake.deliver("repayments", [repayment(1, intake.day, kind="BOUNCE", amount="101.25", original_ref=first)])
    assert intake.take_in("repayments").rows == 1
    intake.next_day()
    rows = [
        repayment(1, intake.day, kind="BOUNCE", amount="101.25", original_ref=first),
        repayment(2, intake.day, kind="BOUNCE", amount="1.00", original_ref=second),
        repayment(3, intake.day, kind="BOUNCE", original_ref="never-seen"),
    ]
    intake.deliver("repayments", rows)
    assert intake.take_in("repayments").rows == 0
    assert _reasons(intake) == [(1, "original_ref.bounced_once"), (2, "amount.as_original"), (3, "original_ref.received")]


def test_accepted_rows_that_went_missing(intake: IntakeDay):
    intake.deliver("repayments", rows_of("repayments", 2))
    intake.run("pull_repayments")
    intake.run("validate_repayments")
    (intake.home / "landing" / "repayments" / str(DAY) / "accepted.parquet").unlink()
    with pytest.raises(StepError, match=r"holds 0 rows of 0.00, intake.validate_repayments wrote 2 of 203.50"):
        intake.run("load_repayments")


def test_done_steps_run_again_change_nothing(intake: IntakeDay):
    intake.deliver("repayments", rows_of("repayments", 2))
    intake.take_in("repayments")
    before = intake.all("select * from repayment"), intake.all("select * from landing_file")
    assert intake.take_in("repayments").details["already_done"]
    assert (intake.all("select * from repayment"), intake.all("select * from landing_file")) == before


def test_check_day_lists_every_step_that_is_not_sharded(intake: IntakeDay):
    listed = {row["step"] for row in intake.all("select step from step_run where state = 'PENDING'")}
    assert {"intake.pull_repayments", "servicing.cut_off", "close.reconcile_and_close"} <= listed
    assert "servicing.post_repayments" not in listed
