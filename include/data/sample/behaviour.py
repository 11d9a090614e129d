"""How the borrowers of the book pay after the cut-over. Generated, by the real outcome of each loan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from include.data.sample.book import opening_book
from include.data.sample.loans import BookLoan, Owed
from include.data.sample.streams import FIRST_DATE, between, stream, weighted

# What becomes of an instalment that falls due: of a loan that is paid as agreed, and of a bad loan in trouble.
GOOD = {"on time": 52, "early": 24, "late": 10, "partial": 4, "missed": 2, "bounced": 3, "overpaid": 2, "back-dated": 3}
BAD = {"missed": 80, "partial": 10, "late": 10}
# What a borrower in arrears does in a week.
GOOD_ARREARS = {"cured": 60, "part of arrears": 15, "nothing": 25}
BAD_ARREARS = {"cured": 7, "one instalment": 10, "part of arrears": 18, "nothing": 65}
# Who is about to cross 90 days past due pays nothing in the first week.
CROSSES_90 = range(84, 92)
EARLIEST_DAYS = 5
HUNDRED = 10_000


@dataclass
class Receipt:
    """Money that comes in, or goes back (``behaviour`` "bounce"). ``reference`` is given when the file of its date is made."""

    loan_no: str
    behaviour: str
    amount: int
    value_date: date
    booking_date: date
    channel: str
    bounced: Receipt | None = None
    reference: str = ""


def receipts(last_day: date, cast: dict[tuple[int, int], str]) -> list[Receipt]:
    """All money booked from the first date to ``last_day``, by loan. ``cast`` gives chosen instalments their behaviour."""
    found = [receipt for loan in opening_book() for receipt in _receipts_of(loan, last_day, cast)]
    return [receipt for receipt in found if FIRST_DATE <= receipt.booking_date <= last_day]


def _receipts_of(loan: BookLoan, last_day: date, cast: dict[tuple[int, int], str]) -> Iterator[Receipt]:
    owed = [replace(item) for item in loan.owed]
    held = loan.held
    for item in owed:
        if FIRST_DATE <= item.due_date <= last_day + timedelta(days=EARLIEST_DAYS):
            on_account = min(held, item.total)
            held -= on_account
            item.pay(on_account)
            if item.total:
                yield from _pay_instalment(loan, item, cast.get((loan.number, item.number)))
    for week in range((last_day - FIRST_DATE).days // 7 + 1):
        yield from _pay_arrears(loan, owed, week)


def _pay_instalment(loan: BookLoan, item: Owed, wanted: str | None) -> Iterator[Receipt]:
    """The receipts for one instalment; ``item`` is left with what they do not pay."""
    rng = stream("instalment", loan.number, item.number)
    in_trouble = loan.trouble is not None and item.number >= loan.trouble
    behaviour = weighted(rng, BAD if in_trouble else GOOD)
    channel, delay, due = _channel(rng), between(rng, 1, 6), item.due_date
    if wanted:
        behaviour, delay = wanted, 1
    if behaviour == "missed":
        return
    if behaviour == "bounced":
        yield from _bounce(rng, loan, item)
    elif behaviour == "partial":
        yield Receipt(loan.loan_no, behaviour, _part(rng, item), due, due, channel)
        if rng.random() < 0.6:
            paid_on = due + timedelta(days=delay)
            yield Receipt(loan.loan_no, "rest", _settle(loan, item, paid_on), paid_on, paid_on, channel)
    elif behaviour == "late":
        paid_on = due + timedelta(days=delay)
        yield Receipt(loan.loan_no, behaviour, _settle(loan, item, paid_on), paid_on, paid_on, channel)
    elif behaviour == "early":
        paid_on = max(FIRST_DATE, due - timedelta(days=min(delay, EARLIEST_DAYS)))
        behaviour = "on time" if paid_on == due else behaviour
        yield Receipt(loan.loan_no, behaviour, _settle(loan, item, due), paid_on, paid_on, channel)
    else:
        booked_on = due + timedelta(days=min(delay, 4)) if behaviour == "back-dated" else due
        amount = _settle(loan, item, due)
        if behaviour == "overpaid":
            amount = (amount // HUNDRED + 1 + between(rng, 0, 2)) * HUNDRED
        yield Receipt(loan.loan_no, behaviour, amount, due, booked_on, channel)


def _bounce(rng: np.random.Generator, loan: BookLoan, item: Owed) -> Iterator[Receipt]:
    """Paid on the due date, returned by the bank on the next, and in most cases paid again."""
    paid = Receipt(loan.loan_no, "bounced", item.total, item.due_date, item.due_date, "BANK")
    returned_on = item.due_date + timedelta(days=1)
    yield paid
    yield Receipt(loan.loan_no, "bounce", paid.amount, returned_on, returned_on, "BANK", bounced=paid)
    if rng.random() < 0.6:
        paid_on = returned_on + timedelta(days=between(rng, 1, 3))
        yield Receipt(loan.loan_no, "paid again", _settle(loan, item, paid_on), paid_on, paid_on, "BANK")


def _pay_arrears(loan: BookLoan, owed: list[Owed], week: int) -> Iterator[Receipt]:
    """What is paid in a week towards instalments that are overdue by then and that nothing else pays."""
    rng = stream("arrears", loan.number, week)
    day = FIRST_DATE + timedelta(days=7 * week + between(rng, 0, 6))
    overdue = [item for item in owed if item.due_date < day and item.total]
    if not overdue:
        return
    behaviour = weighted(rng, BAD_ARREARS if loan.trouble is not None else GOOD_ARREARS)
    if behaviour == "nothing" or (week == 0 and (FIRST_DATE - overdue[0].due_date).days in CROSSES_90):
        return
    if behaviour == "part of arrears":
        amount = _part(rng, overdue[0])
    else:
        paid = overdue if behaviour == "cured" else overdue[:1]
        # whole yuan, rounded up: the payer clears the arrears whatever a cent of penalty is rounded to
        amount = -(-sum(_settle(loan, item, day) for item in paid) // 100) * 100
    yield Receipt(loan.loan_no, behaviour, amount, day, day, _channel(rng))


def _settle(loan: BookLoan, item: Owed, day: date) -> int:
    """Pay ``item`` in full with the penalty that it bears by ``day``; the amount in cents."""
    amount = item.total + (loan.penalty_between(item, loan.penalty_from(item), day) if day > item.due_date else 0)
    item.pay(item.total)
    return amount


def _part(rng: np.random.Generator, item: Owed) -> int:
    amount = max(1, item.total * between(rng, 30, 85) // 100)
    item.pay(amount)
    return amount


def _channel(rng: np.random.Generator) -> str:
    return "BANK" if rng.random() < 0.7 else "ONLINE"
