"""What the close is measured against, in the same run and on the same server: plain keyed updates, and one loan at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import URL, Connection, Engine, ForeignKeyConstraint, PrimaryKeyConstraint, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from include.database import engine_for


def keep_copies(owner: Engine) -> None:
    """Copy loan and instalment as they are before the close, without triggers: the rows that both comparisons work on."""
    with owner.begin() as connection:
        for table in ("loan", "instalment"):
            connection.execute(text(f"create table bench_{table} like {table}"))
            columns = ", ".join(_stored_columns(connection, table))
            connection.execute(text(f"insert into bench_{table} ({columns}) select {columns} from {table}"))  # noqa: S608
        connection.execute(text("create table bench_entry like ledger_entry"))
        connection.execute(text("analyze table bench_loan, bench_instalment")).all()


def _stored_columns(connection: Connection, table: str) -> list[str]:
    query = (
        "select column_name from information_schema.columns where table_schema = database() and table_name = :table"
        " and coalesce(generation_expression, '') = '' order by ordinal_position"
    )
    return [str(name) for name in connection.scalars(text(query), {"table": table})]


@dataclass(frozen=True)
class RawUpdate:
    """Plain updates by key of the rows that posting moved. Seconds."""

    loans: int
    instalments: int
    seconds: float


def raw_update(owner: Engine, business_date: date, ranges: Sequence[tuple[int, int]], pool: Executor) -> RawUpdate:
    """Add a cent to every loan and instalment that the date's repayments moved, on the copies, by the same ranges in parallel."""
    day = {"business_date": business_date}
    with owner.begin() as connection:
        connection.execute(
            text(
                "create table bench_key (primary key (loan_id, instalment_no)) select distinct loan_id, instalment_no from ledger_entry"
                " where business_date = :business_date and entry_type in ('REPAYMENT', 'HELD_APPLIED')"
            ),
            day,
        )
        loans = int(connection.scalar(text("select count(distinct loan_id) from bench_key")) or 0)
        instalments = int(connection.scalar(text("select count(*) from bench_key where instalment_no > 0")) or 0)
    started = time.monotonic()
    for finished in [pool.submit(_update_range, owner.url, first, last) for first, last in ranges]:
        finished.result()
    return RawUpdate(loans, instalments, time.monotonic() - started)


def _update_range(url: URL, first: int, last: int) -> None:
    with engine_for(url).begin() as connection:
        for statement in (
            "update bench_instalment as i inner join bench_key as k on i.loan_id = k.loan_id and i.instalment_no = k.instalment_no"
            " set i.interest_paid = i.interest_paid + 0.01 where k.loan_id between :first and :last",
            "update bench_loan as l inner join (select distinct loan_id from bench_key where loan_id between :first and :last) as k"
            " on l.loan_id = k.loan_id set l.interest_paid = l.interest_paid + 0.01",
        ):
            connection.execute(text(statement), {"first": first, "last": last})


class Base(DeclarativeBase):
    """The copies, as an application that posts loan by loan would map them."""


class Loan(Base):
    """A loan's moved amounts."""

    __tablename__ = "bench_loan"
    loan_id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    principal_paid: Mapped[Decimal]
    interest_paid: Mapped[Decimal]
    penalty_paid: Mapped[Decimal]
    overpayment: Mapped[Decimal]


class Instalment(Base):
    """An instalment's scheduled and moved amounts."""

    __tablename__ = "bench_instalment"
    __table_args__ = (PrimaryKeyConstraint("loan_id", "instalment_no"), ForeignKeyConstraint(["loan_id"], ["bench_loan.loan_id"]))
    loan_id: Mapped[int]
    instalment_no: Mapped[int]
    due_date: Mapped[date]
    principal_due: Mapped[Decimal]
    interest_due: Mapped[Decimal]
    penalty_charged: Mapped[Decimal]
    principal_paid: Mapped[Decimal]
    interest_paid: Mapped[Decimal]
    penalty_paid: Mapped[Decimal]


class Entry(Base):
    """A movement."""

    __tablename__ = "bench_entry"
    entry_id: Mapped[int] = mapped_column(primary_key=True)
    loan_id: Mapped[int]
    instalment_no: Mapped[int]
    entry_type: Mapped[str] = mapped_column(default="REPAYMENT")
    business_date: Mapped[date]
    value_date: Mapped[date]
    principal: Mapped[Decimal]
    interest: Mapped[Decimal]
    penalty: Mapped[Decimal]
    overpayment: Mapped[Decimal]
    repayment_id: Mapped[int]
    actor: Mapped[str] = mapped_column(default="bench")


def orm_posting(owner: Engine, business_date: date, sample: int) -> float:
    """Post every so-manieth of the date's repayments the usual way; return repayments per second.

    For each: lock the loan, read its unpaid instalments, allocate, write entries, commit.
    """
    with owner.connect() as connection:
        money = connection.execute(
            text(
                "select repayment_id, loan_id, amount from repayment where business_date = :business_date and loan_id is not null"
                " order by crc32(repayment_id), repayment_id limit :sample"
            ),
            {"business_date": business_date, "sample": sample},
        ).all()
    started = time.monotonic()
    with Session(engine_for(owner.url)) as session:
        for repayment_id, loan_id, amount in money:
            _post(session, business_date, repayment_id, loan_id, amount)
            session.commit()
    return len(money) / (time.monotonic() - started)


def _post(session: Session, business_date: date, repayment_id: int, loan_id: int, amount: Decimal) -> None:
    loan = session.get_one(Loan, loan_id, with_for_update=True)
    common = {"loan_id": loan_id, "business_date": business_date, "value_date": business_date, "repayment_id": repayment_id}
    due = select(Instalment).where(Instalment.loan_id == loan_id, Instalment.due_date <= business_date).order_by(Instalment.instalment_no)
    rest, owed = amount, Decimal(0)
    for instalment in session.scalars(due):
        penalty = min(rest, instalment.penalty_charged - instalment.penalty_paid)
        interest = min(rest - penalty, instalment.interest_due - instalment.interest_paid)
        principal = min(rest - penalty - interest, instalment.principal_due - instalment.principal_paid)
        instalment.penalty_paid += penalty
        instalment.interest_paid += interest
        instalment.principal_paid += principal
        loan.penalty_paid += penalty
        loan.interest_paid += interest
        loan.principal_paid += principal
        rest -= penalty + interest + principal
        owed += instalment.principal_due - instalment.principal_paid
        if penalty or interest or principal:
            number = instalment.instalment_no
            session.add(
                Entry(**common, instalment_no=number, principal=principal, interest=interest, penalty=penalty, overpayment=Decimal(0))
            )
    if rest:
        loan.overpayment += rest
        nothing = dict.fromkeys(("principal", "interest", "penalty"), Decimal(0))
        session.add(Entry(**common, instalment_no=0, overpayment=rest, **nothing))
    loan.state = "OVERDUE" if owed else "ACTIVE"
