"""A loan's life, exactly: what each event did to each instalment, in integer cents.

``replay`` lives a loan's days again from its facts: the rows of its schedule and what happened to it, by value date and
sequence. The set-based routines of the database do the same for the ordinary case and many loans at once; the replay is
for what is not ordinary (money that counts from an earlier date, bounces, chargebacks, changed charges), for quotes,
and for the state of a loan as of a date. Knows no database: rows and events come in, movements go out.
"""

from include.lending.life.events import Event, Kind
from include.lending.life.life import Held, Life, Movement
from include.lending.life.orders import Bucket, Early, Order
from include.lending.life.payoff import quote
from include.lending.life.replay import live_on, replay
from include.lending.life.rows import PORTIONS, Portion, Row, RowKind
from include.lending.life.rules import Excess, Penalty, Recalculation, Rest, Rules

__all__ = [
    "PORTIONS",
    "Bucket",
    "Early",
    "Event",
    "Excess",
    "Held",
    "Kind",
    "Life",
    "Movement",
    "Order",
    "Penalty",
    "Portion",
    "Recalculation",
    "Rest",
    "Row",
    "RowKind",
    "Rules",
    "live_on",
    "quote",
    "replay",
]
