"""What the person reads who is asked to make a version champion: its figures, the limits, the champion's figures, where to see more."""

from __future__ import annotations

from models.gates import Gate
from models.promote import Judged, Verdict

WORDS = {
    "auc": "AUC",
    "ks": "KS",
    "brier": "Brier score",
    "calibration_slope": "calibration slope",
    "psi": "PSI",
    "wrong_signs": "features of the wrong sign",
    "adverse_impact.gender": "adverse impact, gender",
    "adverse_impact.age_band": "adverse impact, age band",
    "auc_against_champion": "AUC less the champion's, lower end of the 95% interval",
}


def question(verdict: Verdict, page: str | None) -> str:
    """The text of the approval, in Markdown.

    Parameters
    ----------
    verdict : of the gates; a person is asked only where all of them hold.
    page : where MLflow shows the version, beside the champion where there is one.
    """
    champion = verdict.champion
    heads = ["", f"version {verdict.version}", *([f"champion {champion.version}"] if champion else []), "limit"]
    rows = [_row(gate, champion) for gate in verdict.gates]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))
    told = "The first model: nothing scores yet." if champion is None else f"Version {verdict.version} scores in shadow until you answer."
    seen = f" [{'Compare the two' if champion else 'Model card'} in MLflow]({page})" if page else ""
    return f"{table}\n\n{told}{seen}"


def _row(gate: Gate, champion: Judged | None) -> list[str]:
    figure = "not measured" if gate.figure is None else f"{gate.figure:.4f}"
    cells = [WORDS.get(gate.name, gate.name), figure, gate.limit]
    if champion is not None:
        theirs = champion.metrics.get(gate.name)
        cells.insert(2, "" if theirs is None else f"{theirs:.4f}")
    return cells
