"""Policy is data: rates, limits, grace, cut-offs, classes, reminders, accounts. One version for all of it.

A rule changes in these YAML files, never in code; every decision and every step records ``version()``.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent


@cache
def read(name: str) -> Any:
    """The content of ``include/policy/<name>.yaml``. Numbers come as YAML gives them: pass money through Decimal(str())."""
    return yaml.safe_load((ROOT / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def version() -> str:
    """The first 12 hex digits of the SHA-256 over all policy files, by name."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
