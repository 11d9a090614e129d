"""Make a registered version champion, or roll back to an earlier one: ``python -m models.promote --version N --by NAME --reason WHY``.

``--version previous`` is the rollback: the version that was champion before this one. ``--version champion`` takes the
registry's champion over into another database (a test system, a restored copy).
The database records the version, its hash, who and why; the alias in MLflow makes it score. A version that was never
promoted here cannot score, wherever somebody moves the alias.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from include import policy
from include.database import engine, run_sql, run_sql_many
from models import reader, registry
from models.champion import TamperedArtifactError
from models.gates import Gate, GateError, check
from models.reference import REFERENCE_FILE, from_json
from models.scorecard import sha256

PREVIOUS = "previous"


@dataclass(frozen=True)
class Judged:
    """A recorded version and the figures of its evaluation."""

    version: str
    metrics: dict[str, float]
    run_id: str


@dataclass(frozen=True)
class Verdict:
    """What the gates said of a version.

    Attributes
    ----------
    first : nothing scores yet: there is no champion to compare it with.
    champion : the version that scores now, where that is another one.
    """

    judged: Judged
    first: bool
    gates: list[Gate]
    champion: Judged | None = None

    @property
    def version(self) -> str:
        return self.judged.version

    @property
    def passed(self) -> bool:
        return all(gate.passed for gate in self.gates)


def record(database: Engine, version: str) -> None:
    """Keep a registered version's coefficient table, its hash and its figures in the database; safe to repeat.

    Raises
    ------
    TamperedArtifactError : that version is recorded with another hash.
    """
    name = policy.read("score")["model"]
    text = reader.scorecard_text(name, version)
    run_id, metrics = registry.run_of(name, version)
    row = {"model_name": name, "model_version": version, "sha256": sha256(text), "coefficients": text}
    with database.begin() as connection:
        run_sql(connection, "credit_model/model_register", {**row, "metrics": json.dumps(metrics, sort_keys=True), "run_id": run_id})
        _record_reference(connection, version, run_id)
        recorded = _row(connection, version)
        if recorded.sha256 != row["sha256"]:
            raise TamperedArtifactError(
                f"{name} version {version} is recorded here with SHA-256 {recorded.sha256[:16]}..., MLflow has {row['sha256'][:16]}...."
                " Either its artifact was changed, or MLflow was set up anew and counts from 1 again: restore MLflow from its backup."
            )


def _record_reference(connection: Connection, version: str, run_id: str) -> None:
    """The distribution of the training set, against which reports.model_health watches for drift; older runs have none."""
    if not registry.has_artifact(run_id, REFERENCE_FILE):
        return
    name = policy.read("score")["model"]
    bins = from_json(reader.scorecard_text(name, version, REFERENCE_FILE))
    run_sql_many(
        connection, "credit_model/reference_insert", [{"model_name": name, "model_version": version, **asdict(item)} for item in bins]
    )


def judge(database: Engine, version: str) -> Verdict:
    """Hold a recorded version against the gates and keep what they said; one that passes beside a champion becomes challenger.

    Raises
    ------
    GateError : a gate was missed; nothing changes but the record.
    """
    name = policy.read("score")["model"]
    champion_version = reader.alias_version(name, reader.CHAMPION)
    with database.begin() as connection:
        judged = _judged(_row(connection, version))
        last = _last_verified(connection)
        champion = _judged(last) if _other_champion(last, version) else None
        gates = check(judged.metrics, champion.version if champion else None)
        kept = json.dumps([gate.as_dict() for gate in gates])
        run_sql(connection, "credit_model/model_gates", {"model_name": name, "model_version": version, "gates": kept})
    verdict = Verdict(judged, champion_version is None and last is None, gates, champion)
    if not verdict.passed:
        raise GateError(f"{name} version {version} is not fit to be promoted: {'; '.join(str(gate) for gate in gates if not gate.passed)}")
    if not verdict.first and champion_version != version:
        registry.set_alias(name, reader.CHALLENGER, version)
    return verdict


def promote(database: Engine, version: str, by: str, reason: str, compared: bool = True) -> None:
    """Make a version champion; one that this database does not know is recorded. Promoting an earlier one is the rollback.

    Parameters
    ----------
    compared : it must have been compared with the champion of this database.

    Raises
    ------
    TamperedArtifactError : the artifact in MLflow is not the recorded one.
    GateError : it was never champion here and misses a gate.
    """
    name = policy.read("score")["model"]
    record(database, version)
    with database.begin() as connection:
        recorded = _row(connection, version)
        champion = _other_champion(_last_verified(connection), version)
        missed = [gate for gate in check(json.loads(recorded.metrics), champion, must_compare=compared) if not gate.passed]
        if missed and recorded.promoted_at is None:
            raise GateError(f"{name} version {version} is not fit to be promoted: {'; '.join(map(str, missed))}")
        values = {"model_name": name, "model_version": version, "promoted_by": by, "reason": reason}
        run_sql(connection, "credit_model/model_promote", values)
        # last, while the rows are still locked: if MLflow refuses, nothing is promoted
        registry.set_alias(name, reader.CHAMPION, version)
    registry.drop_alias(name, reader.CHALLENGER, version)


def was_replaced(database: Engine, version: str) -> bool:
    """Whether a version was champion here and is not any more."""
    with database.connect() as connection:
        row = _row(connection, version)
    return row.promoted_at is not None and row.state != "CHAMPION"


def previous(database: Engine) -> str:
    """The version that was champion before the present one first was.

    Raises
    ------
    LookupError : there was none.
    """
    name = policy.read("score")["model"]
    with database.connect() as connection:
        found = run_sql(connection, "credit_model/model_previous", {"model_name": name})
        row = found.one_or_none() if found is not None else None
    if row is None:
        raise LookupError(f"{name} has had no champion before the present one: there is nothing to roll back to.")
    return str(row.model_version)


def _row(connection: Any, version: str) -> Any:
    name = policy.read("score")["model"]
    row = run_sql(connection, "credit_model/model_by_version", {"model_name": name, "model_version": version}).one_or_none()  # type: ignore[union-attr]
    if row is None:
        raise LookupError(
            f"{name} version {version} is not recorded in this database: run the DAG credit_model, which records what it registers."
        )
    return row


def _judged(row: Any) -> Judged:
    return Judged(str(row.model_version), json.loads(row.metrics), str(row.run_id))


def _last_verified(connection: Any) -> Any:
    """The champion that was verified last in this database, None where nothing ever scored."""
    return run_sql(connection, "credit_model/model_last_verified", {"model_name": policy.read("score")["model"]}).one_or_none()  # type: ignore[union-attr]


def _other_champion(last: Any, version: str) -> str | None:
    return str(last.model_version) if last is not None and last.model_version != version else None


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m models.promote", description="Promote a recorded version of the score, or roll back to one."
    )
    parser.add_argument("--version", required=True, help="its number, `previous` to roll back, or `champion`")
    parser.add_argument("--by", required=True, help="your name: it is recorded")
    parser.add_argument("--reason", required=True)
    parser.add_argument(
        "--uncompared",
        action="store_true",
        help="where the champion was recorded without its held-out scores: the other gates count, and the reason says so",
    )
    options = parser.parse_args(arguments)
    name = policy.read("score")["model"]
    takeover = options.version == reader.CHAMPION
    version = reader.alias_version(name, reader.CHAMPION) if takeover else options.version
    if version is None:
        raise SystemExit(f"{name} has no champion in MLflow yet: train one with `python -m models.train`")
    if version == PREVIOUS:
        version = previous(engine())
    reason = f"{options.reason} (not compared with the champion)" if options.uncompared else options.reason
    promote(engine(), version, options.by, reason, compared=not (takeover or options.uncompared))
    print(f"{name} version {version} is champion")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
