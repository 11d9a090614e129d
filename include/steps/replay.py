"""Value dates: loans whose past has changed live their days again, exactly, and the ledger gets the difference.

``restate`` takes the loans of the temporary table ``replay_loan``, each from its day on: what was booked before that day stands.
Entries that the new life doesn't have are reversed today, last first, with their old value dates; what it has beyond them is booked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from include.database import run_sql
from include.lending.life import Bucket, Early, Event, Held, Kind, Life, Movement, Order, Penalty, Portion, Row, RowKind, Rules, live_on
from include.lending.money import from_cents, to_millionths
from include.steps.context import StepContext, StepResult

# facts of the ledger itself: a replay takes them as they are
FACTS = {"WAIVER": Kind.WAIVER, "REFUND": Kind.REFUND, "FEE_CHARGE": Kind.CHARGE}
# what the passing of time charges
CHARGES = ("PENALTY_CHARGE", "DUE_FEE", "LATE_FEE")
PORTIONS = ("penalty", "fee", "interest", "principal")
# what makes a new schedule version waits until the night makes it
EARLY = {"HOLD": Early.HOLD, "ADVANCE": Early.NEXT, "REDUCE": Early.HOLD, "SHORTEN": Early.HOLD}

Key = tuple[str, date, int, tuple[int, int, int, int], int, int | None]
Rows = dict[int, list[RowMapping]]


def replay_backdated(connection: Connection, context: StepContext) -> StepResult:
    """The step: bounces, chargebacks and money with an older value date."""
    parameters = {
        "business_date": context.business_date,
        "loan_from": context.shard.loan_from,
        "loan_to": context.shard.loan_to,
    }
    found = run_sql(connection, "servicing/replay_find", parameters)
    assert found is not None
    counts = found.mappings().one()
    if counts["loans"]:
        restate(connection, context.business_date)
    done = run_sql(connection, "servicing/replay_done", {"business_date": context.business_date})
    assert done is not None
    result = done.mappings().one()
    return StepResult(int(result["rows_done"]), result["amount"], {"bounces": int(counts["bounces"])})


def restate(connection: Connection, business_date: date) -> None:
    """Replay the loans of ``replay_loan`` up to ``business_date``, book the difference, and settle them."""
    orders = _orders(connection)
    rules, rows, entries = (_by_loan(connection, f"servicing/replay_{name}", {}) for name in ("rules", "rows", "entries"))
    receipts = _by_loan(connection, "servicing/replay_receipts", {"business_date": business_date})
    reversals: list[dict[str, Any]] = []
    bookings: list[dict[str, Any]] = []
    for loan, (terms,) in rules.items():
        life = _live_again(terms, orders, rows[loan], entries.get(loan, []), receipts.get(loan, []), business_date)
        _add_rows(connection, loan, life, len(rows[loan]), business_date)
        keep, undo = _compare(life, terms, entries.get(loan, []))
        reversals += undo
        bookings += keep
    _book(connection, business_date, [*sorted(reversals, key=lambda row: -row["reverses_entry_id"]), *bookings])
    run = {"business_date": business_date}
    connection.execute(text("delete from posting_loan"))
    connection.execute(text("insert into posting_loan (loan_id) select loan_id from replay_loan"))
    connection.execute(text("call settle_loans(:business_date)"), run)


def _add_rows(connection: Connection, loan: int, life: Life, scheduled: int, business_date: date) -> None:
    """A chargeback after the last instalment has a row of its own: a schedule version of one, with nothing scheduled in it."""
    for row in life.rows[scheduled:]:
        run_sql(
            connection,
            "servicing/replay_add_row",
            {"loan_id": loan, "number": row.number, "start": row.start, "due_date": row.due_date, "business_date": business_date},
        )


def _by_loan(connection: Connection, name: str, parameters: Mapping[str, Any]) -> Rows:
    result = run_sql(connection, name, dict(parameters))
    assert result is not None
    grouped: Rows = defaultdict(list)
    for row in result.mappings():
        grouped[row["loan_id"]].append(row)
    return grouped


def _orders(connection: Connection) -> dict[str, Order]:
    """The orders of policy by code, without their treatment of early money, which is the product's."""
    found: dict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(text("select * from allocation_order order by order_code, bucket_position, position")).mappings():
        found[row["order_code"]].append(row)
    orders = {}
    for code, lines in found.items():
        steps: dict[Bucket, list[Portion]] = {}
        for line in lines:
            steps.setdefault(Bucket(line["bucket"]), []).append(Portion[line["component"]])
        orders[code] = Order(tuple((bucket, tuple(portions)) for bucket, portions in steps.items()), bool(lines[0]["by_instalment"]))
    return orders


def _rules(terms: RowMapping, orders: Mapping[str, Order]) -> Rules:
    order = orders[terms["allocation_order"]]
    return Rules(
        orders={"": Order(order.steps, order.by_instalment, EARLY[terms["early_money"]])},
        penalty=Penalty(
            rate=to_millionths(terms["penalty_rate"]),
            basis=terms["penalty_basis"],
            grace_days=terms["penalty_grace_days"],
            only_after_grace=bool(terms["penalty_only_after_grace"]),
            compounds=bool(terms["penalty_compounds"]),
        ),
        due_fee=terms["due_fee"],
        late_fee=terms["late_fee"],
        late_fee_after_days=terms["late_fee_after_days"],
        rounding=terms["rounding"],
    )


def _live_again(
    terms: RowMapping,
    orders: Mapping[str, Order],
    scheduled: Iterable[RowMapping],
    entries: Sequence[RowMapping],
    receipts: Iterable[RowMapping],
    business_date: date,
) -> Life:
    """The loan's life from its day on, on top of what stands from before it."""
    start = terms["from_date"]
    rows = {
        line["instalment_no"]: Row(
            line["instalment_no"],
            line["period_start"],
            line["due_date"],
            [0, line["fee"], line["interest"], line["principal"]],
            kind=RowKind.REGULAR if line["kind"] == "REGULAR" else RowKind.CARRIED,
            penalty_from=line["penalty_from"],
            penalty_rate=None if line["penalty_rate"] is None else to_millionths(line["penalty_rate"]),
        )
        for line in scheduled
    }
    held = 0
    for entry in entries:
        if _stands(entry, terms):
            held += entry["overpayment"]
            # what a newer schedule version replaced has no row any more
            if entry["instalment_no"] in rows:
                _take_over(rows[entry["instalment_no"]], entry)
    life = Life(_rules(terms, orders), list(rows.values()), written_off=terms["written_off_on"] is not None)
    if held:
        life.held.append(Held(0, start, "", held))
    events = [*_facts(entries, terms), *_money(receipts, entries, terms)]
    days = {entry["value_date"] for entry in entries if entry["entry_type"] == "PENALTY_CHARGE" and entry["value_date"] > start}
    return live_on(life, events, business_date, days, since=start)


def _stands(entry: RowMapping, terms: RowMapping) -> bool:
    """Whether the replay leaves the entry alone: all before its first day, what that day charged before its money came, how the
    loan began, and everything that a new schedule version rests on."""
    start = terms["from_date"]
    if entry["entry_type"] in ("OPENING", "DISBURSEMENT") or entry["entry_id"] <= terms["version_entry"]:
        return True
    return bool(entry["value_date"] < start or (entry["value_date"] == start and entry["entry_type"] in CHARGES))


def _take_over(row: Row, entry: RowMapping) -> None:
    """What an entry that stands did to a row."""
    kind, on = entry["entry_type"], entry["value_date"]
    for name, portion in zip(PORTIONS, Portion, strict=True):
        amount = entry[name]
        if not amount:
            continue
        if kind in ("REPAYMENT", "HELD_APPLIED"):
            row.pay(portion, amount, on)
        elif kind in (*CHARGES, "FEE_CHARGE", "OPENING"):
            row.owe(portion, amount)
            if kind == "PENALTY_CHARGE":
                row.penalty_booked += amount
            elif kind in CHARGES:
                row.fees_booked.add(kind)
        elif kind == "CHARGEBACK":
            row.owe_again(portion, -amount, on)
        else:
            row.release(portion, amount, on)


def _facts(entries: Iterable[RowMapping], terms: RowMapping) -> Iterable[Event]:
    for entry in entries:
        kind = FACTS.get(entry["entry_type"])
        if kind is None or _stands(entry, terms):
            continue
        if kind is Kind.REFUND:
            yield Event(kind, entry["value_date"], entry["entry_id"], -entry["overpayment"])
            continue
        for name, portion in zip(PORTIONS, Portion, strict=True):
            if entry[name]:
                yield Event(kind, entry["value_date"], entry["entry_id"], entry[name], portion=portion, number=entry["instalment_no"])


def _money(receipts: Iterable[RowMapping], entries: Iterable[RowMapping], terms: RowMapping) -> Iterable[Event]:
    """Receipts and chargebacks; those that were posted before come where they came then, new ones after them by arrival."""
    posted: dict[int, int] = {}
    for entry in entries:
        if entry["repayment_id"]:
            posted.setdefault(entry["repayment_id"], entry["entry_id"])
    last = max((entry["entry_id"] for entry in entries), default=0)
    for receipt in receipts:
        number = receipt["repayment_id"]
        if number in posted and posted[number] <= terms["version_entry"]:
            continue
        sequence = last + number
        kind = Kind.PAYMENT if receipt["kind"] == "PAYMENT" else Kind.CHARGEBACK
        yield Event(kind, receipt["value_date"], sequence, receipt["amount"], of=last + (receipt["original_id"] or 0), source=number)


def _compare(life: Life, terms: RowMapping, entries: Sequence[RowMapping]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What to book and what to reverse so that the ledger holds the life's movements.

    Everything from the first value date on that differs is taken back and booked anew: so every state in between is one that the
    loan was in, and nothing that is kept rests on something that is gone.
    """
    booked = [(_key_of_entry(entry), entry) for entry in entries if not _stands(entry, terms)]
    wanted = [_key_of(movement) for movement in life.movements]
    had, has = Counter(key for key, _ in booked), Counter(wanted)
    differing = [key[1] for key in (had - has) + (has - had)]
    if not differing:
        return [], []
    first, loan = min(differing), terms["loan_id"]
    undo = []
    for key, entry in booked:
        if key[1] >= first:
            amounts = {name: from_cents(-entry[name]) for name in (*PORTIONS, "overpayment")}
            undo.append({**_line(loan, key), **amounts, "reverses_entry_id": entry["entry_id"]})
    return [_line(loan, key) for key in wanted if key[1] >= first], undo


def _key_of_entry(entry: RowMapping) -> Key:
    penalty, fee, interest, principal = (entry[name] for name in PORTIONS)
    return (
        entry["entry_type"],
        entry["value_date"],
        entry["instalment_no"],
        (penalty, fee, interest, principal),
        entry["overpayment"],
        entry["repayment_id"],
    )


def _key_of(movement: Movement) -> Key:
    sign = -1 if movement.kind == "CHARGEBACK" else 1
    penalty, fee, interest, principal = (sign * amount for amount in movement.amounts)
    return movement.kind, movement.on, movement.number, (penalty, fee, interest, principal), movement.overpayment, movement.source


def _line(loan: int, key: Key) -> dict[str, Any]:
    kind, on, number, amounts, overpayment, repayment = key
    return {
        "loan_id": loan,
        "instalment_no": number,
        "entry_type": kind,
        "value_date": on,
        **{name: from_cents(amount) for name, amount in zip(PORTIONS, amounts, strict=True)},
        "overpayment": from_cents(overpayment),
        "repayment_id": repayment,
        "reverses_entry_id": None,
    }


def _book(connection: Connection, business_date: date, lines: list[dict[str, Any]]) -> None:
    if not lines:
        return
    names = ", ".join(lines[0])
    values = ", ".join(f":{name}" for name in lines[0])
    connection.execute(text(f"insert into posting_entry ({names}) values ({values})"), lines)  # noqa: S608
    connection.execute(text("call flush_posting(:business_date)"), {"business_date": business_date})
