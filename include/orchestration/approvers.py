"""Who may approve a version of the score.

Policy names them by their user name, which is what Airflow's simple auth manager knows them by. An installation whose users
have ids of another kind (numbers, with the FAB auth manager) says so in MILLRACE_MODEL_APPROVERS: ``1:ann,7:bo``, id and
name, or just names.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from include import policy

if TYPE_CHECKING:
    from airflow.sdk.execution_time.hitl import HITLUser


def approvers() -> list[HITLUser]:
    """The users who are asked.

    Raises
    ------
    ValueError : nobody is named: then everybody could promote a model.
    """
    given = os.environ.get("MILLRACE_MODEL_APPROVERS", "")
    named = [entry.strip() for entry in given.split(",") if entry.strip()] or [
        str(name) for name in policy.read("score")["approval"]["approvers"]
    ]
    if not named:
        raise ValueError("Nobody may approve a model: name approvers in include/policy/score.yaml or in MILLRACE_MODEL_APPROVERS.")
    return [{"id": user, "name": name or user} for user, _, name in (entry.partition(":") for entry in named)]
