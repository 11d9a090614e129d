"""Delinquency as the other system shows it: computed for the day asked, the range as the last run or payment set it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from include.lending.delinquency import CURRENT, Bucket, Delinquency, PastDue, Pause, Policy, assess, resume
from tests.reference.amounts import cents_of
from tests.reference.story import PAYMENTS, Story, day

RUNS = ("COB", "DELINQUENCY_CLASSIFICATION_JOB")
NONE = "NO_DELINQUENCY"


class Watch:
    """What becomes of a loan's delinquency while its story is told."""

    def __init__(self, story: Story) -> None:
        self.story = story
        convention = story.case.raw["convention"]["ranges_days"]
        buckets = tuple(Bucket(code, since, to) for code, (since, to) in convention.items())
        grace = int(story.case.product.get("grace_on_arrears_ageing_days") or 0)
        self.policy = Policy(grace, 0, buckets)
        self.pauses: list[Pause] = []
        self.actions: list[dict[str, Any]] = []
        self.set: Delinquency = CURRENT
        self.history: list[dict[str, Any]] = []

    def run(self) -> None:
        """Tell the story to its end."""
        for action in self.story.tell():
            kind, today = action["type"], self.story.today
            if kind == "DELINQUENCY_PAUSE":
                self._pause(day(action, "date"), day(action, "end_date"))
            elif kind == "DELINQUENCY_RESUME":
                self.pauses = resume(self.pauses, day(action, "date"))
                self.actions.append({"action": "RESUME", "startDate": day(action, "date"), "endDate": None})
            elif kind in RUNS and not any(pause.is_active(today) for pause in self.pauses):
                self._catch_up(today)
                self._classify(today, lifted_on=today - timedelta(days=1))
            elif kind in PAYMENTS or kind in ("UNDO", "CHARGEBACK"):
                self._classify(today, lifted_on=today)

    def on(self, today: date) -> Delinquency:
        """Computed for a day from what is owed."""
        rows = [PastDue(row.overdue_since, row.outstanding) for row in self.story.live().rows if row.due_date < today]
        return assess(rows, today, self.policy, self.pauses)

    def _pause(self, start: date, end: date) -> None:
        self.pauses.append(Pause(start, end))
        self.actions.append({"action": "PAUSE", "startDate": start, "endDate": end})

    def _catch_up(self, today: date) -> None:
        """A loan enters its first range on its first delinquent day, whenever the run comes."""
        now = self.on(today)
        if not self.history and now.delinquent_date:
            self._classify(now.delinquent_date + timedelta(days=1), lifted_on=today)

    def _classify(self, today: date, lifted_on: date) -> None:
        now = self.on(today)
        if now.bucket != self.set.bucket:
            if self.set.bucket:
                self.history[0]["lifted"] = lifted_on
            if now.bucket:
                self.history.insert(0, {"range": now.bucket.code, "added": today, "lifted": None})
        self.set = now


def differences(story: Story) -> Iterator[str]:
    """What differs from the case's expectation."""
    watch = Watch(story)
    watch.run()
    expected = story.case.raw.get("expected_delinquency") or {}
    as_of = story.case.as_of
    now, shown = watch.on(as_of), watch.set
    made: dict[str, Any] = {
        "delinquency_range": {"range": _code(shown.bucket), "delinquent_date": shown.delinquent_date if shown.bucket else None},
        "delinquency_history": [_history_line(line) for line in watch.history],
        "loan_delinquency": {
            "classification": _code(shown.bucket),
            "delinquent_amount": now.amount,
            "delinquent_date": now.delinquent_date,
            "delinquent_days": now.delinquent_days,
            "past_due_days": now.past_due_days,
        },
        "installment_delinquency": [{"range": bucket.code, "amount": amount} for bucket, amount in shown.by_bucket] or None,
        "pause_periods": [
            {"active": pause.is_active(as_of), "pausePeriodStart": pause.start, "pausePeriodEnd": pause.end} for pause in watch.pauses
        ],
        "delinquency_actions": watch.actions,
        "total_overdue": now.amount,
    }
    for name, wanted in expected.items():
        if name not in made:
            raise NotImplementedError(f"expected_delinquency.{name} has no counterpart")
        if _plain(wanted, made[name]) != made[name]:
            yield f"{name}: {wanted} expected, {made[name]} made"


def _code(bucket: Bucket | None) -> str:
    return bucket.code if bucket else NONE


def _history_line(line: Mapping[str, Any]) -> dict[str, Any]:
    return {"Range (Classification)": line["range"], "Added on date": line["added"], "Lifted on date": line["lifted"]}


def _plain(wanted: Any, made: Any) -> Any:
    """The case's value in the types of what was made."""
    if isinstance(wanted, list) and isinstance(made, list):
        like = made[0] if made else {}
        return [_plain(item, like) for item in wanted]
    if isinstance(wanted, dict):
        return (
            {key: _plain(value, made.get(key)) for key, value in wanted.items() if key != "range_id"} if isinstance(made, dict) else wanted
        )
    if isinstance(wanted, str):
        return _value(wanted, made)
    return wanted


def _value(wanted: str, made: Any) -> Any:
    if not wanted:
        return None
    if wanted in ("true", "false"):
        return wanted == "true"
    parts = wanted.split(" ")
    if (wanted[:4].isdigit() and wanted.count("-") == 2) or (len(parts) == 3 and parts[2].isdigit()):
        return day({"day": wanted}, "day")
    return cents_of(wanted) if isinstance(made, int) and not isinstance(made, bool) else wanted
