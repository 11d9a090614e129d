"""What the person reads who is asked to make a version champion: the gates, its figures beside the champion's, where to see more."""

from __future__ import annotations

from collections.abc import Mapping

from models.promote import Verdict

# of an evaluation, the ones that a person compares first; all the others are in MLflow
SHOWN = {
    "auc": "AUC",
    "ks": "KS",
    "brier": "Brier score",
    "calibration_slope": "calibration slope",
    "hold_out_auc": "AUC, random hold-out",
    "out_of_time_auc": "AUC, out of time",
    "psi": "PSI",
    "adverse_impact.gender": "adverse impact, gender",
    "adverse_impact.age_band": "adverse impact, age band",
}


def question(verdict: Verdict, page: str | None) -> str:
    """The text of the approval, in Markdown.

    Parameters
    ----------
    verdict : of the gates.
    page : where MLflow shows the version, beside the champion where there is one.
    """
    champion = verdict.champion
    paragraphs = ["\n".join(f"- {gate}" for gate in verdict.gates)]
    if champion is None:
        paragraphs.insert(0, "The first model: nothing scores yet.")
    else:
        paragraphs.append(_beside(verdict.judged.metrics, champion.metrics, f"version {verdict.version}", f"champion {champion.version}"))
        paragraphs.append(f"It scores in shadow until you answer: `application_score.role = 'CHALLENGER'`, version {verdict.version}.")
    if page:
        paragraphs.append(f"[{'Model card' if champion is None else 'Compare the two'} in MLflow]({page})")
    return "\n\n".join(paragraphs)


def _beside(new: Mapping[str, float], old: Mapping[str, float], *names: str) -> str:
    rows = [(words, new[name], old.get(name)) for name, words in SHOWN.items() if name in new]
    table = [f"| | {' | '.join(names)} |", "|---|---|---|"]
    table += [f"| {words} | {ours:.4f} | {'not measured' if theirs is None else f'{theirs:.4f}'} |" for words, ours, theirs in rows]
    return "\n".join(table)
