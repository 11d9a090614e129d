"""intake.validate_*: judge every row; good rows go on, bad rows to quarantine, a batch that is wrong as a whole stops here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from include import policy
from include.database import run_sql
from include.lending.money import from_cents
from include.steps.context import StepContext, StepResult
from include.steps.intake import landing, record, rules, statement
from include.steps.intake.datasets import APPLICATIONS, BANK_STATEMENT, REPAYMENTS, Dataset
from include.steps.intake.formats import read_rows
from include.steps.intake.prepare import batch, optional_ids
from include.steps.intake.quarantine_rows import Mended, Refused, mended_rows, refuse_rows, take_in
from include.steps.intake.rules import Verdict

if TYPE_CHECKING:
    import pandas as pd


def validate_applications(connection: Connection, context: StepContext) -> StepResult:
    """Judge the applications of the date."""
    return validate(connection, context, APPLICATIONS)


def validate_repayments(connection: Connection, context: StepContext) -> StepResult:
    """Judge the repayments of the date."""
    return validate(connection, context, REPAYMENTS)


def validate_bank_statement(connection: Connection, context: StepContext) -> StepResult:
    """Judge the bank statement of the date, where there is one."""
    if statement.is_missing(connection, context):
        return StepResult(0, details={"missing": True})
    return validate(connection, context, BANK_STATEMENT)


def validate(connection: Connection, context: StepContext, dataset: Dataset) -> StepResult:
    """Judge the date's file and the mended rows of quarantine; write what passed to ``accepted.parquet``.

    Raises
    ------
    BatchRefusedError : a whole-batch rule failed; recorded in ``landing_file``, nothing else was written.
    """
    rules.quietly_import()
    file = landing.working_file(connection, context, dataset)
    manifest, content = landing.read_landed(context, dataset, file)
    rows = read_rows(content, manifest.format, dataset)
    mended = mended_rows(connection, dataset, context.business_date)
    frame = batch(dataset, rows, mended, context.business_date)
    if dataset is BANK_STATEMENT:
        frame = statement.with_balances(frame, statement.last_closing(connection, context.business_date))
    verdict = judge_batch(dataset, frame, manifest.rows + len(mended))
    reasons = verdict.reasons()

    report = record.Report(dataset, context.business_date, manifest, file.sha256, frame, verdict)
    if (refusal := verdict.refusal()) is not None:
        uri = record.write(context, report, f"refused-{file.sha256[:12]}")
        landing.refuse_file(context.engine, file, refusal, uri, len(reasons))
        raise landing.refusal(dataset, context, file.file_name, refusal, uri)

    good = frame.drop(index=list(reasons))
    amount = from_cents(int(good["amount_cents"].sum()))
    (landing.folder(context, dataset) / landing.ACCEPTED).write_bytes(_parquet(good))
    refuse_rows(connection, dataset, file.landing_file_id, context.business_date, _refused(dataset, frame, reasons))
    take_in(connection, context.business_date, good["quarantine_id"].dropna().astype(int).tolist())
    uri = record.write(context, report)
    counts = _counts(frame, reasons, mended)
    run_sql(
        connection,
        "intake/file_validated",
        {
            "landing_file_id": file.landing_file_id,
            "rows_accepted": len(good),
            "rows_refused": counts["refused"],
            "amount_accepted": amount,
            "record_uri": uri,
        },
    )
    return StepResult(len(good), amount, {**counts, "record": uri})


def judge_batch(dataset: Dataset, frame: pd.DataFrame, rows_expected: int) -> Verdict:
    """Batch rules, row rules, then whether the day's own rows hold more bad ones than policy allows."""
    findings = rules.judge(dataset, frame, {**_parameters(), "rows_expected": rows_expected})
    bad = set(Verdict(findings).reasons())
    days_own = frame[frame["quarantine_id"].isna()]
    refused = [int(position in bad) for position in days_own.index]
    if sum(refused) > policy.read("intake")["bad_rows_always_allowed"]:
        findings += rules.judge(dataset, days_own.assign(refused=refused), _parameters(), ("outcome",))
    return Verdict(findings)


def _parameters() -> dict[str, Any]:
    servicing = policy.read("servicing")
    return {
        "quarantine_max_share": servicing["quarantine_max_share"],
        "replay_max_days": servicing["replay_max_days"],
        "product_codes": list(policy.read("products")["products"]),
    }


def _refused(dataset: Dataset, frame: pd.DataFrame, reasons: Mapping[int, list[dict[str, str]]]) -> list[Refused]:
    bad = frame.loc[list(reasons)]
    texts = bad[dataset.names].astype(object).where(bad[dataset.names].notna(), None)
    rows = zip(bad["row_no"], optional_ids(bad), texts.itertuples(index=False, name=None), reasons.values(), strict=True)
    return [
        Refused(int(row_no), dict(zip(dataset.names, values, strict=True)), why, quarantine_id)
        for row_no, quarantine_id, values, why in rows
    ]


def _counts(frame: pd.DataFrame, reasons: Mapping[int, Any], mended: list[Mended]) -> dict[str, int]:
    first_mended = len(frame) - len(mended)
    still_bad = sum(position >= first_mended for position in reasons)
    return {
        "received": first_mended,
        "refused": len(reasons) - still_bad,
        "reinjected": len(mended) - still_bad,
        "still_bad": still_bad,
    }


def _parquet(frame: pd.DataFrame) -> bytes:
    content: bytes = frame.to_parquet(None, index=False)
    return content
