"""Live a loan's days again, event by event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from include.lending.life.events import Event, Kind
from include.lending.life.life import Held, Life
from include.lending.life.orders import Early, Share, allocate
from include.lending.life.payoff import end_interest
from include.lending.life.penalty import charge_fees, charge_penalties
from include.lending.life.recalculate import plan, receive
from include.lending.life.rows import PORTIONS, Portion, Row, nothing
from include.lending.life.rules import Rules
from include.lending.life.tranches import spread


def replay(rules: Rules, rows: Iterable[Row], events: Iterable[Event], until: date) -> Life:
    """What the events did to the rows, which are changed, from the loan's first day up to and including ``until``."""
    life = Life(rules, list(rows))
    if rules.recalculation:
        plan(life, rules.recalculation)
    return live_on(life, events, until)


def live_on(life: Life, events: Iterable[Event], until: date, days: Iterable[date] = (), since: date = date.min) -> Life:
    """Go on with a life from ``since`` up to and including ``until``.

    Parameters
    ----------
    events : in any order; they are taken by day and sequence.
    days : days on which penalty is booked even where nothing else happens, as a close does.
    """
    by_day: dict[date, list[Event]] = {day: [] for day in days}
    for event in sorted(events, key=lambda event: (event.on, event.sequence)):
        by_day.setdefault(event.on, []).append(event)
    for row in life.rows:
        by_day.setdefault(row.due_date, [])
        if life.rules.late_fee:
            by_day.setdefault(row.due_date + timedelta(days=life.rules.late_fee_after_days), [])
    for day in sorted(by_day):
        if not since <= day <= until:
            continue
        charge_penalties(life, day)
        charge_fees(life, day)
        for event in by_day[day]:
            if event.kind is Kind.PAYMENT:
                _apply_held(life, day)
            _WHAT_HAPPENS[event.kind](life, event)
            life.balances[event.sequence] = max(0, life.principal)
        _apply_held(life, day)
    return life


def _apply_held(life: Life, on: date) -> None:
    """The customer's money is the first receipt of a day on which something is due for it."""
    if life.overpayment and any(row.outstanding and row.due_date <= on for row in life.rows):
        _allocate_held(life, on)


def _allocate_held(life: Life, on: date) -> None:
    shares = _allocate(life, on, life.overpayment, "")
    life.use_held(sum(share.amount for share in shares))
    life.move_shares("HELD_APPLIED", on, shares, held=True)


def _allocate(life: Life, on: date, amount: int, order: str) -> list[Share]:
    shares = allocate(life.rows, amount, on, life.rules.order(order))
    life.principal -= sum(share.amount for share in shares if share.portion is Portion.PRINCIPAL)
    return shares


def _pay(life: Life, event: Event) -> None:
    if life.rules.recalculation:
        shares = receive(life, life.rules.recalculation, event.amount, event.on, event.order)
        life.principal -= sum(share.amount for share in shares if share.portion is Portion.PRINCIPAL)
    else:
        shares = _allocate(life, event.on, event.amount, event.order)
    life.move_shares("REPAYMENT", event.on, shares, event)
    rest = event.amount - sum(share.amount for share in shares)
    if rest and life.written_off:
        life.move("RECOVERY", event.on, None, [0, 0, 0, rest], 0, event)
    elif rest:
        life.held.append(Held(event.sequence, event.on, event.order, rest, event.source))
        life.move("REPAYMENT", event.on, None, nothing(), rest, event)


def _pay_off(life: Life, event: Event) -> None:
    end_interest(life, event.on)
    shares = _allocate(life, event.on, event.amount, event.order)
    life.move_shares("REPAYMENT", event.on, shares, event)


def _pay_with_rest(life: Life) -> None:
    """Money that was not held back by its order, only not needed, pays what has come up since, as if it had been owed then."""
    for held in life.held:
        if life.rules.order(held.order).early is Early.HOLD:
            continue
        shares = _allocate(life, held.on, held.amount, held.order)
        used = sum(share.amount for share in shares)
        held.amount -= used
        life.move_shares("REPAYMENT", held.on, shares, held, held=True)
    life.held = [held for held in life.held if held.amount]


def _disburse(life: Life, event: Event) -> None:
    life.principal += event.amount
    life.move("DISBURSEMENT", event.on, None, [0, 0, 0, event.amount], 0, event)


def _disburse_tranche(life: Life, event: Event) -> None:
    _disburse(life, event)
    spread(life, event)
    if life.overpayment:
        _allocate_held(life, event.on)


def _charge(life: Life, event: Event) -> None:
    due_date = event.due_date or event.on
    row = life.row(event.number) if event.number else life.row_of_charge(due_date)
    row.charge(event.portion, event.amount, due_date)
    amounts = nothing()
    amounts[event.portion] = event.amount
    life.move("PENALTY_CHARGE" if event.portion is Portion.PENALTY else "FEE_CHARGE", event.on, row, amounts, 0, event)
    _pay_with_rest(life)


def _refund(life: Life, event: Event) -> None:
    """Held money goes back to the customer; what was paid out beyond it is owed again as principal."""
    _owe_again(life, event, "REFUND", [0, 0, 0, event.amount], always=False)


def _charge_back(life: Life, event: Event) -> None:
    """A payment is taken back: its amount is owed again, as principal or as the portions that it had paid."""
    again = nothing()
    rest = event.amount
    if life.rules.credit_order:
        paid, taken = life.paid_by(event.of), life.taken_back(event.of)
        for portion in life.rules.credit_order:
            again[portion] = min(rest, max(0, paid[portion] - taken[portion]))
            rest -= again[portion]
    again[Portion.PRINCIPAL] += rest
    life.charged_back.append((event.of, again))
    _owe_again(life, event, "CHARGEBACK", again, always=bool(life.rules.credit_order))


def _owe_again(life: Life, event: Event, kind: str, again: list[int], always: bool) -> None:
    """Raise the debt of a row by ``again``; held money pays it at once.

    ``always`` : the row is raised even where held money covers everything.
    """
    covered = min(life.overpayment, event.amount)
    life.use_held(covered)
    owed = list(again)
    if not always:
        owed[Portion.PRINCIPAL] = event.amount - covered
    raised = nothing()
    if always or event.amount > covered:
        row = life.row_of_credit(event.on)
        for portion in PORTIONS:
            if again[portion]:
                row.owe_again(portion, again[portion], event.on)
        left = covered
        for portion in PORTIONS:
            paid = min(left, again[portion])
            if paid:
                row.pay(portion, paid, event.on)
                left -= paid
        raised = owed
        life.principal += raised[Portion.PRINCIPAL] - (min(covered, again[Portion.PRINCIPAL]) if always else 0)
        life.move(kind, event.on, row, raised, -covered, event)
    else:
        life.move(kind, event.on, None, raised, -covered, event)


def _pay_back(life: Life, event: Event) -> None:
    rest = event.amount
    for row in sorted(life.rows, key=lambda row: (row.due_date, row.number), reverse=True):
        returned = nothing()
        for portion in reversed(PORTIONS):
            returned[portion] = min(rest, row.paid[portion])
            if returned[portion]:
                row.pay(portion, -returned[portion], event.on)
                rest -= returned[portion]
        if any(returned):
            life.principal += returned[Portion.PRINCIPAL]
            life.move("PAY_BACK", event.on, row, returned, 0, event)


def _waive(life: Life, event: Event) -> None:
    rest = event.amount
    for row in life.rows:
        released = min(rest, row.owed(event.portion)) if event.number in (0, row.number) else 0
        if released > 0:
            rest -= released
            row.release(event.portion, released, event.on)
            amounts = nothing()
            amounts[event.portion] = released
            life.move("WAIVER", event.on, row, amounts, 0, event)


def _write_off(life: Life, event: Event) -> None:
    """Everything still owed leaves the books; the rows stay as the claim that later money pays."""
    for row in life.rows:
        if row.outstanding:
            life.move("WRITE_OFF", event.on, row, [row.owed(portion) for portion in PORTIONS], 0, event)


_WHAT_HAPPENS: dict[Kind, Callable[[Life, Event], None]] = {
    Kind.DISBURSEMENT: _disburse,
    Kind.TRANCHE: _disburse_tranche,
    Kind.PAYMENT: _pay,
    Kind.REFUND: _refund,
    Kind.CHARGE: _charge,
    Kind.CHARGEBACK: _charge_back,
    Kind.WAIVER: _waive,
    Kind.WRITE_OFF: _write_off,
    Kind.PAYOFF: _pay_off,
    Kind.PAY_BACK: _pay_back,
}
