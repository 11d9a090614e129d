"""How cells are read: what is missing, what is a number, and how a file as a whole is cut into cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.cells import Form, form_of, read, stripped
from models.table import read_text


@pytest.mark.parametrize("cell", ["", " ", "?", ".", "-", "NA", "n/a", "#N/A", "<NA>", "NaN", "null", "None", None])
def test_the_usual_ways_of_giving_nothing(cell: str | None) -> None:
    assert stripped(pd.Series([cell, " x "], dtype=object)).tolist() == [None, "x"]


@pytest.mark.parametrize(
    ("cells", "form", "numbers"),
    [
        (["1,700", "900"], Form.NUMBER, [1700, 900]),
        (["-1,234,567.5", "1e3"], Form.NUMBER, [-1234567.5, 1000]),
        (["$1,200", "-€ 5"], Form.NUMBER, [1200, -5]),
        (["12.5%", "7 %"], Form.NUMBER, [12.5, 7]),
        (["CNY 3,000", "40 CNY"], Form.NUMBER, [3000, 40]),
        (["1.234,5", "3,25"], Form.COMMA_NUMBER, [1234.5, 3.25]),
        (["1.234", "5"], Form.NUMBER, [1.234, 5]),
        (["unknown", "5"], Form.NUMBER, [np.nan, 5]),
        (["1970-01-02", "1970-01-03 10:00"], Form.DATE, [1, 2]),
    ],
)
def test_numbers_as_people_write_them(cells: list[str], form: Form, numbers: list[float]) -> None:
    column = pd.Series(cells, dtype=object)
    assert form_of(column) is form
    np.testing.assert_array_equal(read(column, form), numbers)


@pytest.mark.parametrize("cells", [["1,70", "x"], ["< $100", ">= $100"], ["5-10%", "10-20%"], ["unknown", "missing"]])
def test_texts_stay_texts(cells: list[str]) -> None:
    assert form_of(pd.Series(cells, dtype=object)) is Form.TEXT


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_of_other_programs_are_read(tmp_path: Path, separator: str, encoding: str) -> None:
    file = tmp_path / "a.csv"
    rows = [["âge", " price "], ["40", '"1,5; or | so"'], [" . ", "café"]]
    file.write_bytes("\n".join(separator.join(row) for row in rows).encode(encoding))
    assert read_text(file).to_dict("list") == {"âge": ["40", None], "price": ["1,5; or | so", "café"]}


@pytest.mark.parametrize(
    ("content", "says"),
    [("a,b,a\n1,2,3\n", "more than one column a: rename"), ("", "cannot be read as CSV"), ("a,b\n1,2\n1,2,3\n", "cannot be read as CSV")],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(ValueError, match=says):
        read_text(tmp_path / "a.csv")
