"""How late loans are, day by day on both servers: delinquent days, buckets and their history, pauses, default and cure, classes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lender import Lender
from tests.sql.histories import end_of
from tests.sql.policy import settings
from tests.sql.test_changes import ask, make, outcome

# the first date is 2 March 2026
ONE = [("2026-02-01", "1000", "10"), ("2026-06-01", "1000", "10")]


def late(lender: Lender, loan: str = "L1") -> tuple[Any, ...]:
    """Days past due, delinquent days, bucket, class."""
    row = lender.one("select days_past_due, delinquent_days, bucket_code, class_code from loan where loan_no = :no", no=loan)
    return tuple(row.values())


def history(lender: Lender, loan: str = "L1") -> list[tuple[Any, ...]]:
    rows = lender.rows(
        "select bucket_code, from_date, to_date, delinquent_days from delinquency_history"
        " where loan_id = (select loan_id from loan where loan_no = :no) order by from_date",
        no=loan,
    )
    return [(row["bucket_code"], str(row["from_date"]), str(row["to_date"]), row["delinquent_days"]) for row in rows]


def test_a_loan_moves_from_bucket_to_bucket_and_out(lender: Lender) -> None:
    lender.loan("L1", ONE)
    lender.close_day(3)
    assert late(lender) == (31, 31, "31-60", 2)
    lender.receive("L1", "2000", "pay")
    lender.close_day()
    assert late(lender) == (0, 0, None, 1)
    assert history(lender) == [("1-30", "2026-03-02", "2026-03-03", 30), ("31-60", "2026-03-04", "2026-03-04", 31)]
    days = lender.rows("select delinquent_days, bucket_code from loan_day order by business_date")
    assert [tuple(row.values()) for row in days] == [(29, "1-30"), (30, "1-30"), (31, "31-60"), (0, None)]


def test_grace_moves_delinquent_days_but_not_days_past_due_or_class(lender: Lender) -> None:
    # the product has three days of grace
    lender.loan("L1", [("2026-02-28", "1000", "10")], product="WC-PRINCIPAL")
    lender.close_day(2)
    assert late(lender) == (3, 0, None, 2)
    lender.close_day()
    assert late(lender) == (4, 1, "1-30", 2)
    assert history(lender) == [("1-30", "2026-03-04", "None", 1)]


def test_what_lies_within_the_tolerance_is_not_late(lender: Lender) -> None:
    lender.loan("L1", [("2026-02-01", "1.00", "0"), ("2026-06-01", "1000", "10")], penalty_rate="0")
    lender.close_day()
    assert late(lender) == (0, 0, None, 1)
    assert history(lender) == []


def test_money_that_counts_from_before_restates_the_history(lender: Lender) -> None:
    for loan in ("ALL", "PART", "BOUNCED"):
        lender.loan(loan, [("2026-03-02", "1000", "10"), ("2026-06-01", "1000", "10")])
    lender.receive("BOUNCED", "1010", "b")
    lender.close_day(4)
    assert history(lender, "ALL") == [("1-30", "2026-03-03", "None", 3)]
    assert history(lender, "BOUNCED") == []
    lender.receive("ALL", "1010", "all", value_date="2026-03-02")
    lender.receive("PART", "1011", "part", value_date="2026-03-04")
    lender.receive("BOUNCED", "1010", "back", kind="BOUNCE", original_ref="b")
    lender.close_day()
    assert history(lender, "ALL") == []
    assert history(lender, "PART") == [("1-30", "2026-03-03", "2026-03-03", 1)]
    assert history(lender, "BOUNCED") == [("1-30", "2026-03-03", "None", 4)]
    # what was known then stays as it was
    known = lender.one("select bucket_code from loan_day where business_date = '2026-03-05' and loan_no = 'ALL'")
    assert known["bucket_code"] == "1-30"


def test_a_pause_stands_still_and_is_resumed(lender: Lender) -> None:
    lender.loan("L1", ONE)
    lender.close_day()
    assert late(lender) == (29, 29, "1-30", 2)
    make(lender, "DELINQUENCY_PAUSE", loan_no="L1", details={"start": "2026-03-03", "end": "2026-03-10"})
    lender.close_day(2)
    # 30 on the day on which the pause begins, and still
    assert late(lender) == (32, 30, "1-30", 2)
    make(lender, "DELINQUENCY_RESUME", loan_no="L1")
    assert late(lender) == (33, 30, "1-30", 2)
    lender.close_day()
    assert late(lender) == (34, 31, "31-60", 2)
    assert history(lender) == [("1-30", "2026-03-02", "2026-03-06", 30), ("31-60", "2026-03-07", "None", 31)]


def test_a_pause_that_began_before_it_was_agreed_restates_the_history(lender: Lender) -> None:
    lender.loan("L1", ONE)
    lender.close_day(3)
    assert history(lender)[-1] == ("31-60", "2026-03-04", "None", 31)
    make(lender, "DELINQUENCY_PAUSE", loan_no="L1", details={"start": "2026-03-02", "end": "2026-03-31"})
    assert late(lender) == (32, 29, "1-30", 2)
    assert history(lender) == [("1-30", "2026-03-02", "None", 29)]


def test_pauses_that_cannot_be(lender: Lender) -> None:
    from include.steps.changes import ChangeError

    lender.loan("L1", ONE)
    for details, message in [
        ({"start": "2026-03-05"}, "needs end"),
        ({"start": "2026-03-05", "end": "2026-03-04"}, "ends on or after its start"),
        ({"start": "tomorrow", "end": "2026-03-04"}, "dates like 2026-03-02"),
    ]:
        with pytest.raises(ChangeError, match=message):
            ask(lender, "DELINQUENCY_PAUSE", loan_no="L1", details=details)
    make(lender, "DELINQUENCY_PAUSE", loan_no="L1", details={"start": "2026-03-02", "end": "2026-03-06"})
    over = make(lender, "DELINQUENCY_PAUSE", loan_no="L1", details={"start": "2026-03-05", "end": "2026-03-09"})
    assert outcome(lender, over)["error"] == "Loan L1 is paused from 2026-03-02 to 2026-03-06 already: choose other days."
    old = make(lender, "DELINQUENCY_PAUSE", loan_no="L1", details={"start": "2025-03-05", "end": "2025-03-09"})
    assert "at most 180 days back" in outcome(lender, old)["error"]
    lender.loan("L2", [("2026-03-25", "1000", "10")])
    none = make(lender, "DELINQUENCY_RESUME", loan_no="L2")
    assert outcome(lender, none)["error"] == "Loan L2 has no pause that is running on 2026-03-05."


def standing(lender: Lender, loan: str = "L1") -> tuple[Any, ...]:
    row = lender.one("select state, class_code, stage, arrears_cleared_on from loan where loan_no = :no", no=loan)
    return (row["state"], row["class_code"], row["stage"], str(row["arrears_cleared_on"]))


def test_unlikely_to_pay_is_default_until_it_is_withdrawn_and_the_probation_served(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-25", "1000", "10")])
    with settings(lender, probation_days=2, improves_after_days=3):
        make(lender, "UNLIKELY_TO_PAY", loan_no="L1")
        assert standing(lender) == ("DEFAULTED", 3, 3, "None")
        assert lender.one("select reason from loan_history where to_state = 'DEFAULTED'")["reason"] == "because"
        again = make(lender, "UNLIKELY_TO_PAY", loan_no="L1")
        assert outcome(lender, again)["error"] == "Loan L1 is recorded as unlikely to pay since 2026-03-02."
        lender.close_day()
        # it never had arrears, and still no probation runs while it is judged so
        assert standing(lender) == ("DEFAULTED", 3, 3, "None")
        make(lender, "LIKELY_TO_PAY", loan_no="L1")
        assert standing(lender) == ("DEFAULTED", 3, 3, "2026-03-05")
        lender.close_day()
        assert standing(lender)[0] == "DEFAULTED"
        lender.close_day()
        # two days of probation are over; the class asks for three
        assert standing(lender) == ("ACTIVE", 3, 1, "2026-03-05")
        lender.close_day()
        assert standing(lender) == ("ACTIVE", 1, 1, "2026-03-05")
        assert "not recorded" in outcome(lender, make(lender, "LIKELY_TO_PAY", loan_no="L1"))["error"]


def test_default_by_days_past_due_and_its_cure(lender: Lender) -> None:
    lender.loan("L1", [("2025-12-02", "1000", "10"), ("2026-06-01", "1000", "10")], penalty_rate="0")
    lender.close_day()
    assert standing(lender) == ("OVERDUE", 2, 2, "None")
    lender.close_day()
    assert standing(lender) == ("DEFAULTED", 3, 3, "None")
    with settings(lender, probation_days=2, improves_after_days=2):
        lender.receive("L1", "1010", "pay")
        lender.close_day()
        assert standing(lender) == ("DEFAULTED", 3, 3, "2026-03-04")
        lender.receive("L1", "1010", "back", kind="BOUNCE", original_ref="pay")
        lender.close_day()
        # arrears again: the probation starts anew
        assert standing(lender) == ("DEFAULTED", 3, 3, "None")
        lender.receive("L1", "1010", "again")
        lender.close_day(2)
        assert standing(lender) == ("DEFAULTED", 3, 3, "2026-03-06")
        lender.close_day()
        assert standing(lender) == ("ACTIVE", 1, 1, "2026-03-06")


def test_a_default_that_never_was_is_taken_back_when_the_money_turns_up(lender: Lender) -> None:
    due = [("2025-12-02", "1000", "10"), ("2026-01-20", "500", "10"), ("2026-06-01", "1000", "10")]
    for loan in ("IN TIME", "LATE"):
        lender.loan(loan, due, penalty_rate="0")
    lender.receive("IN TIME", "1010", "a")
    lender.close_day(3)
    assert standing(lender, "LATE") == ("DEFAULTED", 3, 3, "None")
    lender.receive("LATE", "1010", "b", value_date="2026-03-02")
    lender.close_day()
    assert standing(lender, "LATE") == ("OVERDUE", 2, 2, "None")
    assert end_of(lender, "LATE") == end_of(lender, "IN TIME")
    assert history(lender, "LATE") == history(lender, "IN TIME")
    assert lender.rows("select loan_no from loan where accrual_stopped_on is not null") == []
    # nothing is left in memorandum, and income is what it would have been: both loans alike
    held = "select sum(debit - credit) as held from journal where account_code in ('9132', '9133', '9134')"
    assert lender.one(held)["held"] == 0


def test_arrears_are_clear_from_the_value_date_of_the_money(lender: Lender) -> None:
    lender.loan("L1", [("2025-11-20", "1000", "10"), ("2026-06-01", "1000", "10")], penalty_rate="0")
    lender.close_day(4)
    lender.receive("L1", "1010", "b", value_date="2026-03-04")
    lender.close_day()
    # it was in default by 3 March; the probation has been running since the money came
    assert standing(lender) == ("DEFAULTED", 3, 3, "2026-03-04")


def test_a_class_worsens_at_once_and_improves_when_its_condition_is_met(lender: Lender) -> None:
    due = [("2025-05-20", "1000", "10"), ("2025-12-20", "500", "10"), ("2026-06-01", "1000", "10")]
    lender.loan("L1", due, penalty_rate="0")
    lender.close_day()
    assert late(lender)[::3] == (286, 4)
    lender.receive("L1", "1010", "first")
    lender.close_day()
    # 73 days past due would be class 2, in default 3: it is doubtful until arrears are cleared for long enough
    assert late(lender)[::3] == (73, 4)


def test_a_restructured_loan_has_a_floor_until_its_observation_ends(lender: Lender) -> None:
    for loan, times in (("ONCE", 1), ("AGAIN", 2)):
        lender.loan(loan, [("2026-03-25", "1000", "10")])
        lender.execute(
            "update loan set restructured_on = '2026-03-01', observed_until = '2026-03-03', restructured_times = :times"
            " where loan_no = :no",
            times=times,
            no=loan,
        )
    lender.close_day(2)
    assert [late(lender, loan)[3] for loan in ("ONCE", "AGAIN")] == [2, 3]
    lender.close_day()
    assert [late(lender, loan)[3] for loan in ("ONCE", "AGAIN")] == [1, 1]
