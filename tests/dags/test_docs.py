"""docs/dags.md says what the DAGs say."""

from __future__ import annotations

import pytest

from include.day import STEPS
from ops import docs
from ops.docs_dags import docstring, files


def test_the_page_is_current() -> None:
    assert docs.is_current("dags"), "run `python -m ops.docs dags`"


def test_the_page_has_every_manual_and_every_step() -> None:
    page = docs.text("dags")
    for file in files():
        assert docstring(file).splitlines()[0] in page
    for step in STEPS:
        assert f"| `{step.name}` | {step.does} |" in page


def test_an_unknown_page_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        docs.main(["nonsense"])
    assert "no such page: nonsense" in capsys.readouterr().err
