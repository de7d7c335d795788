"""Predictions of one fit for held-out samples, and their error beside that of the baseline.

Every study works for parameters and for classes, because both have one error: the sum of MSE/w²
over the identifiable targets (that of the 2020 challenge), and 1 - F1 (weighted). 0 is perfect.
Samples count by their weights, so that the errors are those of the stated prior.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.learning.class_metrics import (
    accuracy,
    class_table,
    confusion,
    score_with_interval,
    weighted_f1,
)
from nmr_core.learning.metrics import weighted_mean
from nmr_core.weights import unequal

N_RESAMPLES = 1000


@dataclass(frozen=True)
class Values:
    """Predicted parameters.

    Parameters
    ----------
    true, predicted : float arrays, (n_samples, n_targets)
    baseline : float array, (n_samples, n_targets)
        Mean of the training part.
    names : tuple of str, (n_targets,)
    widths : float array, (n_targets,)
        Of the priors.
    known : bool array, (n_targets,)
        Which targets count in the error.
    weights : float array, (n_samples,), optional
        Of the samples; default: equal.
    """

    true: np.ndarray
    predicted: np.ndarray
    baseline: np.ndarray
    names: tuple[str, ...]
    widths: np.ndarray
    known: np.ndarray
    weights: np.ndarray | None = None

    @property
    def losses(self) -> np.ndarray:
        """Σ ((predicted - true) / w)² of each sample, (n_samples,)."""
        return self._losses(self.predicted)

    def _losses(self, predicted: np.ndarray) -> np.ndarray:
        return (((predicted - self.true) / self.widths)[:, self.known] ** 2).sum(axis=1)

    @property
    def error(self) -> float:
        """Sum of MSE/w² over the targets that count."""
        return float(weighted_mean(self.losses, self.weights))

    @property
    def baseline_error(self) -> float:
        """Error of the mean predictor."""
        return float(weighted_mean(self._losses(self.baseline), self.weights))

    def interval(self, seed: int = 0) -> tuple[float, float]:
        """95 % bootstrap interval of ``error`` over the samples."""
        low, high = np.quantile(_means(self.losses, seed, self.weights), [0.025, 0.975])
        return float(low), float(high)

    def scores(self) -> dict[str, float]:
        """r2_<target> and rmse_<target>; NaN for R² where the truth does not vary."""
        mse = weighted_mean((self.predicted - self.true) ** 2, self.weights)
        spread = weighted_mean(
            (self.true - weighted_mean(self.true, self.weights)) ** 2, self.weights
        )
        r2 = 1 - mse / np.where(spread > 0, spread, np.nan)
        return {f"r2_{name}": float(value) for name, value in zip(self.names, r2, strict=True)} | {
            f"rmse_{name}": float(value)
            for name, value in zip(self.names, np.sqrt(mse), strict=True)
        }

    def details(self, seed: int = 0) -> list[dict]:
        """One row per target: R² with its 95 % interval, RMSE, MSE/w² and that of the baseline."""
        squared, baseline = (self.predicted - self.true) ** 2, (self.baseline - self.true) ** 2
        picks = np.random.default_rng(seed).integers(
            0, len(self.true), (N_RESAMPLES, len(self.true))
        )
        weights = unequal(self.weights)
        w = None if weights is None else weights[picks]
        lines = []
        for k, name in enumerate(self.names):
            true = self.true[:, k][picks]
            centred = true - np.average(true, axis=1, weights=w, keepdims=True)
            spread = np.average(centred**2, axis=1, weights=w)
            mse = np.average(squared[:, k][picks], axis=1, weights=w)
            r2 = 1 - mse / np.where(spread > 0, spread, np.nan)
            low, high = np.nanquantile(r2, [0.025, 0.975])
            lines.append(
                {
                    "target": name,
                    "r2": self.scores()[f"r2_{name}"],
                    "r2_low": float(low),
                    "r2_high": float(high),
                    "rmse": self.scores()[f"rmse_{name}"],
                    "mse_w2": self._mean(squared[:, k]) / self.widths[k] ** 2,
                    "baseline_mse_w2": self._mean(baseline[:, k]) / self.widths[k] ** 2,
                }
            )
        return lines

    def _mean(self, values: np.ndarray) -> float:
        return float(weighted_mean(values, self.weights))

    def beside(self, others: Sequence["Values"]) -> "Values":
        """All samples of this and other fits, e.g. of the folds of a cross-validation."""
        every = (self, *others)
        true, predicted, baseline = (
            np.concatenate([getattr(one, part) for one in every])
            for part in ("true", "predicted", "baseline")
        )
        weights = _joined_weights(every)
        return Values(true, predicted, baseline, self.names, self.widths, self.known, weights)


@dataclass(frozen=True)
class Classes:
    """Predicted classes.

    Parameters
    ----------
    true, predicted : arrays of str, (n_samples,)
    baseline : array of str, (n_samples,)
        Most frequent class of the training part.
    classes : tuple of str
        In order.
    weights : float array, (n_samples,), optional
        Of the samples; default: equal.
    """

    true: np.ndarray
    predicted: np.ndarray
    baseline: np.ndarray
    classes: tuple[str, ...]
    weights: np.ndarray | None = None

    def _counts(self, predicted: np.ndarray) -> np.ndarray:
        return confusion(self.true, predicted, self.classes, self.weights).to_numpy()

    @property
    def error(self) -> float:
        """1 - F1, weighted by the classes' samples."""
        return 1 - float(weighted_f1(self._counts(self.predicted)))

    @property
    def baseline_error(self) -> float:
        """Error of the most frequent class of the training part."""
        return 1 - float(weighted_f1(self._counts(self.baseline)))

    def interval(self, seed: int = 0) -> tuple[float, float]:
        """95 % bootstrap interval of ``error``: multinomial draws of the confusion matrix."""
        if unequal(self.weights) is not None:
            _, low, high = score_with_interval(
                self.true, self.predicted, self.classes, weighted_f1, self.weights, seed
            )
            return 1 - high, 1 - low
        counts, n = self._counts(self.predicted), len(self.true)
        drawn = (
            np.random.default_rng(seed)
            .multinomial(n, counts.ravel() / n, N_RESAMPLES)
            .reshape(-1, *counts.shape)
        )
        low, high = np.quantile(1 - weighted_f1(drawn), [0.025, 0.975])
        return float(low), float(high)

    def scores(self) -> dict[str, float]:
        """f1 (weighted) and accuracy."""
        counts = self._counts(self.predicted)
        return {"f1": float(weighted_f1(counts)), "accuracy": float(accuracy(counts))}

    def details(self, seed: int = 0) -> list[dict]:
        """One row per class: precision, recall, F1, samples, and the F1 of the baseline."""
        names, counts = np.unique(self.baseline, return_counts=True)
        table = class_table(
            confusion(self.true, self.predicted, self.classes, self.weights),
            str(names[counts.argmax()]),
        )
        return [
            {"class": name, **{column: float(value) for column, value in row.items()}}
            for name, row in table.iterrows()
        ]

    def beside(self, others: Sequence["Classes"]) -> "Classes":
        """All samples of this and other fits."""
        every = (self, *others)
        true, predicted, baseline = (
            np.concatenate([getattr(one, part) for one in every])
            for part in ("true", "predicted", "baseline")
        )
        return Classes(true, predicted, baseline, self.classes, _joined_weights(every))


def _joined_weights(outcomes: Sequence[Values | Classes]) -> np.ndarray | None:
    """Weights of the samples of several fits; None without any."""
    parts = [outcome.weights for outcome in outcomes if outcome.weights is not None]
    return np.concatenate(parts) if len(parts) == len(outcomes) else None


def _means(values: np.ndarray, seed: int, weights: np.ndarray | None = None) -> np.ndarray:
    """Means of bootstrap resamples, (n_resamples,), in batches that need little memory."""
    rng, n = np.random.default_rng(seed), len(values)
    batch = max(1, min(N_RESAMPLES, 4_000_000 // n))
    w = unequal(weights)
    means = []
    for start in range(0, N_RESAMPLES, batch):
        picks = rng.integers(0, n, (min(batch, N_RESAMPLES - start), n))
        if w is None:
            means.append(values[picks].mean(axis=1))
        else:
            means.append(np.average(values[picks], axis=1, weights=w[picks]))
    return np.concatenate(means)
