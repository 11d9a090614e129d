"""The one adapter: what a case does, in the words of the other system, becomes events of a loan's life.

A story is told in the order in which things were booked. After each telling the life is lived again from all facts that
still stand; what a reversed transaction had done is remembered as it was when it was taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from include.lending.life import Event, Kind, Life, Portion, quote, replay
from tests.reference import running
from tests.reference.accruals import Accruals
from tests.reference.amounts import cents_of
from tests.reference.case import Case
from tests.reference.settings import Settings

# the other system's names of what a transaction is, and the order that its money follows
PAYMENTS = {
    "REPAYMENT": "Repayment",
    "DOWN_PAYMENT": "Down Payment",
    "MERCHANT_ISSUED_REFUND": "Merchant Issued Refund",
    "PAYOUT_REFUND": "Payout Refund",
    "GOODWILL_CREDIT": "Goodwill Credit",
    "CHARGE_ADJUSTMENT": "Charge Adjustment",
}
OTHERS = {
    "DISBURSEMENT": "Disbursement",
    "CHARGEBACK": "Chargeback",
    "CREDIT_BALANCE_REFUND": "Credit Balance Refund",
    "REFUND_BY_CASH": "Refund",
    "CHARGE_OFF": "Charge-off",
    "WAIVE_CHARGE": "Waive loan charges",
    "FEE_AT_DISBURSEMENT": "Repayment (at time of disbursement)",
}
NAMES = {**PAYMENTS, **OTHERS}


@dataclass
class Fact:
    """Something that was booked."""

    type: str
    on: date
    booked: date
    sequence: int
    amount: int = 0
    portion: Portion = Portion.FEE
    due_date: date | None = None
    of: int = 0
    is_payoff: bool = False
    taken_back: Mapping[str, Any] | None = None

    @property
    def is_charge(self) -> bool:
        return self.type in ("FEE_CHARGE", "PENALTY_CHARGE")


@dataclass
class Story:
    """A case as it is told so far."""

    case: Case
    facts: list[Fact] = field(default_factory=list)
    reschedules: list[Mapping[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings = Settings(self.case.product)
        self.accruals = Accruals(self.case.raw.get("global_config") or {})
        self.today = date.min
        self.is_planned = False

    def tell(self) -> Iterator[Mapping[str, Any]]:
        """Do the case's actions one by one, and give each after it is done."""
        for action in self.case.actions:
            self.today = day(action, "posted_on") or day(action, "date")
            before = self.status()
            on = self._do(action)
            if on and self.facts and (after := self.status()) != before and after in ("CLOSED", "OVERPAID"):
                self.accruals.at_payoff(self.live(), self.standing(), on)
            yield action
        if not self.facts:
            self.is_planned = True
            approvals = self.case.raw.get("approvals") or []
            for planned in self.case.raw["disbursements"]:
                on = approvals[-1]["expected_disbursement"] if approvals else planned["date"]
                self._add("DISBURSEMENT", date.fromisoformat(on), cents_of(planned["amount"]))

    def standing(self, *types: str) -> list[Fact]:
        """Facts that were not taken back, of the given types or all."""
        return [fact for fact in self.facts if fact.taken_back is None and (not types or fact.type in types)]

    def live(self) -> Life:
        """The loan's life by the facts that stand."""
        disbursed = [(fact.on, fact.amount) for fact in self.standing("DISBURSEMENT")]
        rows = running.rows(self.settings, disbursed, self.reschedules, self.case.agreed_periods)
        return replay(self.settings.rules(), rows, list(self._events()), date.max)

    def status(self) -> str:
        """ACTIVE, OVERPAID or CLOSED."""
        if not self.standing("DISBURSEMENT"):
            return "NONE"
        life = self.live()
        return "ACTIVE" if life.outstanding else "OVERPAID" if life.overpayment else "CLOSED"

    def transaction(self, fact: Fact, life: Life) -> dict[str, Any]:
        """A fact as the other system lists it."""
        penalty, fee, interest, principal = (0, 0, 0, 0) if fact.type in ("DISBURSEMENT", "WAIVE_CHARGE") else life.paid_by(fact.sequence)
        overpayment = sum(abs(movement.overpayment) for movement in life.movements if movement.sequence == fact.sequence)
        amount = penalty + fee + interest + principal if fact.type == "CHARGE_OFF" else fact.amount
        balance = 0 if fact.type == "CHARGE_OFF" else life.balances.get(fact.sequence, 0)
        if fact.type == "FEE_AT_DISBURSEMENT":
            fee, balance = fact.amount, life.balances[self.standing("DISBURSEMENT")[0].sequence]
        if fact.type == "WAIVE_CHARGE":
            penalty, fee = self._waived_income(fact, life)
        return {
            "date": fact.on,
            "type": NAMES[fact.type],
            "amount": amount,
            "principal": principal,
            "interest": interest,
            "fees": fee,
            "penalties": penalty,
            "overpayment": overpayment,
            "balance": balance,
            "reverted": False,
        }

    def transactions(self) -> list[dict[str, Any]]:
        """Everything that the other system lists as a transaction, accruals included."""
        life = self.live()
        listed = [
            self.transaction(fact, life) if fact.taken_back is None else dict(fact.taken_back) for fact in self.facts if not fact.is_charge
        ]
        return listed + self.accruals.transactions()

    # what the actions do

    def _do(self, action: Mapping[str, Any]) -> date | None:
        """Returns the day from which what was done counts."""
        kind, on = action["type"], day(action, "date")
        if kind in ("COB", "ACCRUAL_JOB", "DELINQUENCY_CLASSIFICATION_JOB"):
            charged_off = bool(self.standing("CHARGE_OFF"))
            if kind != "DELINQUENCY_CLASSIFICATION_JOB" and not charged_off and self.standing("DISBURSEMENT"):
                self.accruals.at_close(self.live(), self.standing(), self.today, is_job=kind == "ACCRUAL_JOB")
            return None
        if kind == "UNDO":
            fact = self._undone(action)
            fact.taken_back = {**self.transaction(fact, self.live()), "reverted": True}
            return fact.on
        if kind == "RESCHEDULE":
            self.reschedules.append(action)
            return on
        if kind.startswith("DELINQUENCY"):
            return None
        if kind in ("FEE_CHARGE", "PENALTY_CHARGE"):
            return self._charge(action)
        if kind == "WAIVE_LAST_CHARGE":
            charge = next(fact for fact in reversed(self.facts) if fact.is_charge)
            waived_on = min(charge.due_date or self.today, self.today)
            self._add("WAIVE_CHARGE", waived_on, charge.amount, of=charge.sequence)
            return waived_on
        if kind == "PAY_OFF":
            self._add("REPAYMENT", on, quote(self.live(), on), is_payoff=True)
            return on
        if kind not in NAMES:
            raise NotImplementedError(f"{kind} has no counterpart")
        held = self.live().overpayment if self.standing("DISBURSEMENT") else 0
        of = self._paid_by_name(action["of"]).sequence if kind == "CHARGEBACK" else 0
        self._add(kind, on, cents_of(action.get("amount") or 0), of=of)
        if kind == "DISBURSEMENT":
            self._at_disbursement(on, cents_of(action["amount"]), held)
        return on

    def _at_disbursement(self, on: date, amount: int, held: int) -> None:
        for fact in self.standing("FEE_AT_DISBURSEMENT"):
            fact.on = on
        down = self.settings.down_payment(amount)
        if self.settings.pays_down_by_itself and down > held:
            self._add("DOWN_PAYMENT", on, down - held)

    def _charge(self, action: Mapping[str, Any]) -> date:
        amount = cents_of(action["amount"]) if action.get("amount") else 0
        calculation = action.get("calculation", "FLAT")
        if calculation != "FLAT" and not amount:
            amount = self.settings.percentage(action["percent"], self._charged_on(calculation))
        if action.get("time_type") == "DISBURSEMENT":
            self._add("FEE_AT_DISBURSEMENT", self.today, amount)
            return self.today
        due_date = day(action, "due_date") or self.today
        portion = Portion.PENALTY if action["type"] == "PENALTY_CHARGE" else Portion.FEE
        self._add(action["type"], due_date, amount, portion=portion, due_date=due_date)
        return due_date

    def _charged_on(self, calculation: str) -> int:
        if not self.standing("DISBURSEMENT"):
            return cents_of(self.case.raw["approvals"][0]["amount"])
        rows = self.live().rows
        principal = sum(row.due[Portion.PRINCIPAL] for row in rows)
        interest = sum(row.due[Portion.INTEREST] for row in rows)
        return {
            "PERCENTAGE_AMOUNT": principal,
            "PERCENTAGE_LOAN_AMOUNT": principal,
            "PERCENTAGE_INTEREST": interest,
            "PERCENTAGE_LOAN_AMOUNT_PLUS_INTEREST": principal + interest,
        }[calculation]

    def _add(self, kind: str, on: date, amount: int, **more: Any) -> None:
        self.facts.append(Fact(kind, on, self.today, len(self.facts) + 1, amount, **more))

    def _waived_income(self, fact: Fact, life: Life) -> tuple[int, int]:
        """Penalty and fee that a waiver takes out of income: what had been booked of them."""
        charge = self.facts[fact.of - 1]
        row = life.row_of_charge(charge.due_date or charge.on)
        income = min(fact.amount, self.accruals.accrued(row, charge.portion))
        return (income, 0) if charge.portion is Portion.PENALTY else (0, income)

    # which transaction is meant

    def _undone(self, action: Mapping[str, Any]) -> Fact:
        kind, on = action["undo_type"].upper().replace(" ", "_"), day(action, "date")
        listed = [fact for fact in self.facts if not fact.is_charge]
        if kind.startswith("LAST_"):
            return next(fact for fact in reversed(self.standing()) if fact.type == kind.removeprefix("LAST_"))
        if kind != "ANY":
            listed = [fact for fact in listed if fact.type == kind]
        if "nth_on_date" in action:
            listed = [fact for fact in listed if fact.on == on]
        nth = int(action.get("nth_on_date") or action.get("nth_of_type") or 0)
        chosen = listed[nth - 1] if nth else next(fact for fact in reversed(listed) if fact.taken_back is None)
        if chosen.taken_back is not None:
            chosen = next(fact for fact in listed if fact.taken_back is None)
        return chosen

    def _paid_by_name(self, name: str) -> Fact:
        """``last repayment``, ``Payment nr. 2`` or ``Downpayment nr. 1``."""
        if name == "last repayment":
            return [fact for fact in self.standing(*PAYMENTS) if fact.type != "DOWN_PAYMENT"][-1]
        what, number = name.split(" nr. ")
        types = ("DOWN_PAYMENT",) if what == "Downpayment" else ("REPAYMENT",)
        return [fact for fact in self.facts if fact.type in types][int(number) - 1]

    # facts as events

    def _events(self) -> Iterator[Event]:
        first = min(self.standing("DISBURSEMENT"), key=lambda fact: (fact.on, fact.sequence))
        start = first.on
        for fact in self.standing():
            if fact.is_charge:
                # schedules of the older kind are made anew with every charge before any money is allocated
                on = min(fact.on, fact.booked) if self.settings.is_progressive else start
                sequence = fact.sequence if self.settings.is_progressive else fact.sequence - 10**6
                yield Event(Kind.CHARGE, on, sequence, fact.amount, portion=fact.portion, due_date=fact.due_date)
            elif fact.type == "DISBURSEMENT":
                # schedules of the older kind are made anew with every pay-out; the newer kind is made with the first
                later = fact is not first and self.settings.is_progressive and not self.settings.has_rate
                kind = Kind.TRANCHE if later else Kind.DISBURSEMENT
                down = self.settings.down_payment(fact.amount)
                yield Event(kind, fact.on, fact.sequence, fact.amount, down_payment=down)
            elif fact.type in PAYMENTS:
                kind = Kind.PAYOFF if fact.is_payoff else Kind.PAYMENT
                yield Event(kind, fact.on, fact.sequence, fact.amount, order=fact.type)
            elif fact.type == "CHARGEBACK":
                yield Event(Kind.CHARGEBACK, fact.on, fact.sequence, fact.amount, of=fact.of)
            elif fact.type == "CREDIT_BALANCE_REFUND":
                yield Event(Kind.REFUND, fact.on, fact.sequence, fact.amount)
            elif fact.type == "REFUND_BY_CASH":
                yield Event(Kind.PAY_BACK, fact.on, fact.sequence, fact.amount)
            elif fact.type == "CHARGE_OFF":
                yield Event(Kind.WRITE_OFF, fact.on, fact.sequence)
            elif fact.type == "WAIVE_CHARGE":
                charge = self.facts[fact.of - 1]
                yield Event(Kind.WAIVER, fact.on, fact.sequence, fact.amount, portion=charge.portion)


def day(action: Mapping[str, Any], key: str) -> Any:
    """A date of an action, None where it has none; the file writes them in two ways."""
    value = action.get(key)
    if not value:
        return None
    return date.fromisoformat(value) if "-" in value else datetime.strptime(value, "%d %B %Y").date()
