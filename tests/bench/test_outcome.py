"""What counts as an outcome."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.outcome import copies, read


@pytest.mark.parametrize(("good", "bad"), [("0", "1"), ("0.0", "1.0"), ("false", "TRUE"), ("No", "yes")])
def test_the_outcome_is_a_number_or_a_word(tmp_path: Path, good: str, bad: str) -> None:
    (tmp_path / "a.csv").write_text(f"age,default\n30,{good}\n40,{bad}\n50,\n")
    table, repaid = read(tmp_path / "a.csv", "default")
    assert repaid.tolist() == [1, 0], "a row without an outcome is left out"
    assert table.columns.tolist() == ["age"]


@pytest.mark.parametrize("outcomes", [("0", "0"), ("0", "2"), ("", ""), ("yes", "perhaps")])
def test_another_outcome_is_refused_with_advice(tmp_path: Path, outcomes: tuple[str, str]) -> None:
    (tmp_path / "a.csv").write_text("age,default\n30,{}\n40,{}\n".format(*outcomes))
    with pytest.raises(ValueError, match=r"both must occur; found .* name another column with --target"):
        read(tmp_path / "a.csv", "default")


def test_a_copy_of_the_outcome_is_told_from_what_only_goes_with_it() -> None:
    repaid = np.array([1, 1, 0, 0, 1])
    table = pd.DataFrame(
        {
            "same": ["0", "0.0", "1", "1.0", "0"],
            "turned": ["yes", "yes", "no", "no", "yes"],
            "named": ["paid", "paid", "lost", "lost", "paid"],
            "marked": [None, None, "x", "x", None],
            "nearly": ["0", "1", "1", "1", "0"],
            "three": ["a", "b", "c", "c", "a"],
        },
        dtype=object,
    )
    assert copies(table, repaid) == ["same", "turned", "named", "marked"]
