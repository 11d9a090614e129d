"""Why a row that passed validation still cannot be loaded: it contradicts what is on the books.

The staging tables say it in ``verdict``; here is what it means and what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass

from include.steps.intake.datasets import Dataset

# not a conflict: the row was loaded before, as it is
KNOWN = "KNOWN"


@dataclass(frozen=True)
class Conflict:
    """One way to contradict the books. ``column`` is where to look; empty, the data set's key."""

    rule: str
    column: str
    expected: str
    do: str

    def reason(self, dataset: Dataset) -> dict[str, str]:
        """As kept in quarantine, in the shape of a failed expectation."""
        column = self.column or dataset.key[-1]
        return {"column": column, "rule": f"{column}.{self.rule}", "expected": self.expected, "do": self.do}


CONFLICTS: dict[str, Conflict] = {
    "DIFFERENT": Conflict(
        "known",
        "",
        "a row whose key is known is the row that was loaded before",
        "find out which of the two is right: a row sent again must be as it was, a new one needs a key of its own",
    ),
    "OTHER_KIND": Conflict(
        "as_on_file",
        "customer_kind",
        "a customer_no keeps its customer_kind",
        "correct customer_kind or customer_no: on file it is another",
    ),
    "OTHER_ID_NUMBER": Conflict(
        "as_on_file", "id_number", "a customer_no keeps its id_number", "correct id_number or customer_no: on file the id_number is another"
    ),
    "ID_NUMBER_TAKEN": Conflict(
        "one_customer",
        "id_number",
        "an id_number has one customer_no",
        "correct customer_no or id_number: it is another customer's",
    ),
    "NO_ORIGINAL": Conflict(
        "received",
        "original_ref",
        "a BOUNCE names a payment that was received from the same source",
        "correct original_ref, or wait for the payment that it names",
    ),
    "OTHER_AMOUNT": Conflict(
        "as_original", "amount", "a BOUNCE has the amount of its payment", "correct amount: a bounce takes back the whole payment"
    ),
    "OTHER_LINE_AMOUNT": Conflict(
        "as_on_statement", "amount", "a mended line keeps the amount that the bank's statement added up with", "put amount back as it came"
    ),
    "NO_LINE": Conflict("line", "kind", "a mended row of a statement is a line, not a balance", "put kind back, or discard the row"),
    "BOUNCED_BEFORE": Conflict(
        "bounced_once", "original_ref", "a payment bounces once", "discard it: the payment that it names has bounced already"
    ),
}
