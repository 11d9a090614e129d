"""Writing CSV files with their manifests, the same bytes on every machine."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any


def yuan(cents: int | None) -> str:
    """Cents as ``"1234.56"``; empty where there is no amount."""
    if cents is None:
        return ""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write UTF-8 with ``\\n`` line ends; return the SHA-256 of the file in hex."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def write_manifest(path: Path, content: Mapping[str, Any]) -> None:
    """Write a manifest as indented JSON."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_day(folder: Path, dataset: str, day: date, columns: Sequence[str], rows: Sequence[Mapping[str, str]], total: int) -> None:
    """Write ``<folder>/<dataset>/<day>/<dataset>.csv`` and its manifest; ``total``: sum of all amounts in cents, bad rows included."""
    place = folder / dataset / day.isoformat()
    digest = write_csv(place / f"{dataset}.csv", columns, rows)
    manifest = {
        "dataset": dataset,
        "business_date": day.isoformat(),
        "file": f"{dataset}.csv",
        "rows": len(rows),
        "total": yuan(total),
        "sha256": digest,
    }
    write_manifest(place / "manifest.json", manifest)
