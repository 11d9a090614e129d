"""The models that bench/score.py runs side by side, all behind one door: fit a frame, give log-odds of being repaid.

Each chooses what it may choose by cross-validation inside the rows that it is fitted to.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, Self

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from models.features import Floats, Kind, feature_frame
from models.pipeline import NOT_GIVEN, FitSettings, fit, log_odds
from models.ratios import find_ratios
from models.schema import Schema

SEED = 20260302
BASE, OURS = "one_hot", "millrace"
STRENGTHS = (0.01, 0.1, 1.0, 10.0)  # inverse ridge penalties of the plain logistic regressions
LEAVES = (4, 16)  # of a boosted tree


class Contender(Protocol):
    """One model of the comparison."""

    def fit(self, frame: pd.DataFrame, repaid: Any) -> Self: ...

    def log_odds(self, frame: pd.DataFrame) -> Floats: ...


class Millrace:
    """The shipped pipeline on the file's columns, the lender's derived features where their fields are there, and found ratios."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.settings = replace(FitSettings.from_policy(), directions=schema.directions)

    def fit(self, frame: pd.DataFrame, repaid: Any) -> Self:
        """Ratios are looked for in these rows alone."""
        known = self._known(frame)
        self.features = (*self.schema.features, *find_ratios(known, repaid, self.schema.features, self.settings))
        self.pipeline = fit(feature_frame(frame, self.features), repaid, self.features, self.settings)
        return self

    def _known(self, frame: pd.DataFrame) -> pd.DataFrame:
        return feature_frame(frame, self.schema.features)

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        return log_odds(self.pipeline, feature_frame(frame, self.features))


class Estimator:
    """A scikit-learn classifier; of several the one with the smallest log loss over five inner folds."""

    def __init__(self, candidates: Sequence[Any]) -> None:
        self.candidates = candidates

    def fit(self, frame: pd.DataFrame, repaid: Any) -> Self:
        self.chosen = clone(self._best(frame, repaid)).fit(frame, repaid)
        return self

    def _best(self, frame: pd.DataFrame, repaid: Any) -> Any:
        if len(self.candidates) == 1:
            return self.candidates[0]
        folds = list(StratifiedKFold(5, shuffle=True, random_state=SEED).split(frame, repaid))
        losses = [
            sum(
                log_loss(
                    repaid[check], clone(candidate).fit(frame.iloc[learn], repaid[learn]).predict_proba(frame.iloc[check]), labels=[0, 1]
                )
                for learn, check in folds
            )
            for candidate in self.candidates
        ]
        return self.candidates[int(np.argmin(losses))]

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        prob_good = np.clip(self.chosen.predict_proba(frame)[:, 1], 1e-9, 1 - 1e-9)
        return np.log(prob_good / (1 - prob_good))


class Optbinning:
    """optbinning's scorecard: optimal bins, weights of evidence, logistic regression."""

    def __init__(self, schema: Schema) -> None:
        plain = [feature for feature in schema.features if feature.derive is None]
        self.columns = [feature.name for feature in plain]
        self.categories = [feature.name for feature in plain if feature.kind is Kind.CATEGORY]

    def fit(self, frame: pd.DataFrame, repaid: Any) -> Self:
        from optbinning import BinningProcess, Scorecard

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bins = BinningProcess(self.columns, categorical_variables=self.categories or None)
            self.card = Scorecard(bins, LogisticRegression(max_iter=1000)).fit(self._own(frame), repaid)
        return self

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            prob_good = np.clip(self.card.predict_proba(self._own(frame))[:, 1], 1e-9, 1 - 1e-9)
        return np.log(prob_good / (1 - prob_good))

    def _own(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[self.columns].assign(**{name: frame[name].fillna(NOT_GIVEN) for name in self.categories})


def contenders(schema: Schema) -> dict[str, Callable[[], Contender]]:
    """A maker of each model by its name, in the order of the report."""
    numbers = [feature.name for feature in schema.features if feature.derive is None and feature.kind is Kind.NUMBER]
    categories = [feature.name for feature in schema.features if feature.kind is Kind.CATEGORY]
    makers: dict[str, Callable[[], Contender]] = {}
    if numbers:
        makers["naive"] = lambda: Estimator([_naive(numbers)])
    makers[BASE] = lambda: Estimator([_one_hot(numbers, categories, strength) for strength in STRENGTHS])
    try:
        import optbinning  # noqa: F401
    except ImportError:
        warnings.warn("optbinning is not installed (requirements-dev.txt has it): its scorecard is left out", stacklevel=2)
    else:
        makers["optbinning"] = lambda: Optbinning(schema)
    makers[OURS] = lambda: Millrace(schema)
    makers["gradient_boosting"] = lambda: Estimator([_boosting(numbers, categories, leaves) for leaves in LEAVES])
    return makers


def _naive(numbers: list[str]) -> Pipeline:
    scaled = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())
    return make_pipeline(ColumnTransformer([("numbers", scaled, numbers)]), LogisticRegression(max_iter=1000))


def _one_hot(numbers: list[str], categories: list[str], strength: float) -> Pipeline:
    scaled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True), StandardScaler())
    levels = make_pipeline(_named(), OneHotEncoder(handle_unknown="ignore"))
    return make_pipeline(
        ColumnTransformer([("numbers", scaled, numbers), ("categories", levels, categories)]), LogisticRegression(C=strength, max_iter=2000)
    )


def _boosting(numbers: list[str], categories: list[str], leaves: int) -> Pipeline:
    levels = make_pipeline(
        _named(), OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, min_frequency=10, max_categories=200)
    )
    boosting = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=leaves,
        min_samples_leaf=20,
        l2_regularization=1.0,
        categorical_features=[False] * len(numbers) + [True] * len(categories),
        random_state=SEED,
    )
    return make_pipeline(ColumnTransformer([("numbers", "passthrough", numbers), ("categories", levels, categories)]), boosting)


def _named() -> SimpleImputer:
    return SimpleImputer(missing_values=None, strategy="constant", fill_value=NOT_GIVEN)
