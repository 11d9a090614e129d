"""A new version against the champion, on the same rows, each by scores of rows that it was not fitted to (DeLong, paired).

Each evaluation keeps its held-out scores beside the run. A row that the champion was fitted to counts with the score that
its own cross-validation gave it; any other is scored with its coefficient table.
"""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pandas as pd

from models.evaluate import Outcomes, delong, delong_difference
from models.features import FEATURES, Floats
from models.gates import COMPARED_WITH, DIFFERENCE_LOW
from models.score import score
from models.scorecard import Scorecard

HELD_OUT_FILE = "held_out.csv"


def row_keys(applications: pd.DataFrame, repaid: Outcomes) -> list[str]:
    """A row's identity between training sets: a hash of what was declared and its outcome. No name or number enters it."""
    declared = sorted({source for feature in FEATURES for source in feature.sources} & set(applications.columns))
    text = applications[declared].astype(object).where(applications[declared].notna(), None)
    rows = zip(text.itertuples(index=False, name=None), repaid.tolist(), strict=True)
    return [hashlib.sha256(repr((*row, outcome)).encode()).hexdigest()[:16] for row, outcome in rows]


def held_out_text(keys: list[str], scores: Floats) -> str:
    """The file of held-out scores."""
    return pd.DataFrame({"row": keys, "log_odds": scores}).to_csv(index=False, lineterminator="\n")


def champion_scores(champion: Scorecard, held_out: str | None, applications: pd.DataFrame, keys: list[str]) -> Floats:
    """The champion's score of each row: held out where it was fitted to the row, else by its table."""
    scores = score(champion, applications).log_odds
    if held_out is None:
        return scores
    # read as text: pandas' own parser may be off in the last bit
    table = pd.read_csv(io.StringIO(held_out), dtype=str).drop_duplicates("row")
    kept = pd.Series([float(value) for value in table["log_odds"]], index=table["row"], dtype=np.float64)
    own = kept.reindex(keys).to_numpy(dtype=np.float64)
    return np.where(np.isnan(own), scores, own)


def compare(repaid: Outcomes, scores: Floats, champions: Floats, version: str) -> dict[str, float]:
    """The metrics that the gate of non-inferiority reads."""
    difference, low, high = delong_difference(repaid, scores, champions)
    return {
        COMPARED_WITH: float(version),
        "champion_auc": delong(repaid, champions)[0],
        "auc_less_champion": difference,
        DIFFERENCE_LOW: low,
        "auc_less_champion_high": high,
    }
