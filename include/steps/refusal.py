"""What people are refused, as a code with its values: the pages say it in the reader's language, a shell in English."""

from __future__ import annotations

from typing import Any

from include.steps.context import StepError


class DeskError(StepError):
    """An act at the desk that cannot be done.

    Parameters
    ----------
    code : ``refusal.<code>`` in the pages' catalogues.
    message : the same in English, with what to do.
    conflict : whether somebody or something else was faster: looking again may help.
    values : what the catalogue's sentence names.
    """

    def __init__(self, code: str, message: str, conflict: bool = False, **values: Any) -> None:
        super().__init__(message)
        self.code, self.conflict, self.values = code, conflict, values
