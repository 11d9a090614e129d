"""Ridge logistic regression whose coefficients may be held to a sign: curves that never turn where policy forbids it."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

SLACK = 1e-7  # of the gradient: what the solver leaves over


class MonotoneLogisticRegression(LogisticRegression):
    """scikit-learn's logistic regression on the columns that are free to move; the others stand at zero.

    A piecewise linear curve is monotone exactly when all its steps have one sign. Columns whose coefficient comes out
    with the wrong sign are held at zero and the rest is fitted again; a held column is released where the loss would
    fall in its own direction. The problem is convex, so where nothing is left to hold or release, it is solved.

    Parameters
    ----------
    directions : +1, -1 or 0 (free) a column; columns beyond its end are free.
    C : inverse strength of the ridge penalty.
    """

    def __init__(self, directions: tuple[int, ...] = (), C: float = 1.0) -> None:
        super().__init__(C=C, solver="newton-cholesky", tol=1e-8, max_iter=200)
        self.directions = directions

    def fit(self, X: NDArray[np.float64], y: NDArray[np.int64], sample_weight: None = None) -> Self:
        """Fit; see the class."""
        columns = X.shape[1]
        signs = np.zeros(columns)
        signs[: len(self.directions)] = self.directions
        held = np.zeros(columns, dtype=bool)
        tried: set[bytes] = set()
        while True:
            coefficients = self._fit_free(X, y, held)
            wrong = coefficients * signs < 0
            if wrong.any():
                held |= wrong
                continue
            gains = np.where(held, -signs * self._gradient(X, y, coefficients), 0.0)
            tried.add(held.tobytes())
            released = held.copy()
            released[np.argmax(gains)] = False
            # a set of held columns that came up before would come up again: it keeps every sign, so it may stand
            if gains.max(initial=0.0) <= SLACK * len(y) or released.tobytes() in tried:
                break
            tried.add(released.tobytes())
            held = released
        self.coef_ = coefficients.reshape(1, -1)
        self.n_features_in_ = columns
        return self

    def _fit_free(self, X: NDArray[np.float64], y: NDArray[np.int64], held: NDArray[np.bool_]) -> NDArray[np.float64]:
        super().fit(X[:, ~held], y)
        coefficients = np.zeros(X.shape[1])
        coefficients[~held] = self.coef_[0]
        return coefficients

    def _gradient(self, X: NDArray[np.float64], y: NDArray[np.int64], coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        log_odds = X @ coefficients + self.intercept_[0]
        residual: Any = 1 / (1 + np.exp(-log_odds)) - y
        return X.T @ residual
