"""Ask a person whether a version of the score may be promoted, and know afterwards which version the person was asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param
from airflow.sdk.definitions.param import ParamsDict

if TYPE_CHECKING:
    from airflow.sdk import Context

VERSION, REASON = "version", "reason"
WHICH, WHY = "What is promoted if you approve", "Why: it is recorded with your name"


class VersionApproval(ApprovalOperator):
    """An approval whose answer carries the version that stood in the question.

    Airflow keeps the first text of a question whose task is cleared (apache/airflow#73235). Where an earlier task is run again
    while a question is open, the person would read of one version and approve another: so what is asked about comes back with
    the answer, and that is what may be promoted.

    Parameters
    ----------
    version : what is asked about; a template.
    """

    template_fields = (*ApprovalOperator.template_fields, "version")

    def __init__(self, *, version: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.version = version
        self.params = ParamsDict({VERSION: Param("", type="string"), REASON: Param("", type="string", description=WHY)})

    def execute(self, context: Context) -> Any:
        """Ask; the form shows the version and lets nobody change it."""
        self.params[VERSION] = Param(self.version, type="string", enum=[self.version], description=WHICH)
        return super().execute(context)
