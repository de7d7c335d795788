"""What may be wrong with a data set: numbers that are none, samples that are there twice, values outside of the prior."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.parameters import Parameter

NEAR = 1e-3
"""Curves whose rms difference is below this fraction of the data set's own rms spread are near duplicates."""
N_COMPARED = 2000
N_READ = 5000
"""Curves that are read of a large data set; samples are independent draws."""


@dataclass(frozen=True)
class Audit:
    """What was found among ``n_samples`` samples.

    not_finite     : samples with NaN or infinity in curves or parameters
    exact          : samples whose curves are byte for byte those of an earlier one
    near           : pairs (k, l) of other samples that differ by less than :data:`NEAR` of the spread
    n_compared     : samples among which ``near`` was looked for
    outside        : name -> samples whose value lies outside of the prior
    spread         : rms over samples and times of |M - mean M|
    """

    n_samples: int
    not_finite: np.ndarray
    exact: np.ndarray
    near: tuple[tuple[int, int], ...]
    n_compared: int
    outside: dict[str, np.ndarray]
    spread: float

    @property
    def clean(self) -> bool:
        """Nothing was found."""
        return not (
            len(self.not_finite)
            or len(self.exact)
            or self.near
            or any(map(len, self.outside.values()))
        )

    @property
    def facts(self) -> dict[str, str]:
        """What was found, in words."""
        outside = {name: _listed(samples) for name, samples in self.outside.items() if len(samples)}
        return {
            "curves read": f"{self.n_samples:,}",
            "NaN or infinity": _listed(self.not_finite),
            "exact duplicates": _listed(self.exact),
            "near duplicates": f"{self._pairs} among the first {self.n_compared:,}",
            "outside of the prior": "; ".join(f"{name}: {found}" for name, found in outside.items())
            or "none",
            "spread of the curves": f"{self.spread:.4g} (rms of M about its mean)",
        }

    @property
    def _pairs(self) -> str:
        return (
            f"{len(self.near):,} pairs, such as {self.near[0][0]} and {self.near[0][1]},"
            if self.near
            else "none"
        )


def _listed(samples: np.ndarray) -> str:
    first = ", ".join(map(str, samples[:5])) + (", …" if len(samples) > 5 else "")
    return f"{len(samples):,} (sample {first})" if len(samples) else "none"


def audit(dataset: EchoDataset, most: int = N_READ) -> Audit:
    """Look through a data set: all its parameters, and at most its first ``most`` curves."""
    prior = tuple(dataset.preset.drawn) if dataset.preset is not None else ()
    return audit_curves(
        dataset.curves(list(range(min(len(dataset), most)))), dataset.parameters, prior
    )


def audit_curves(
    signals: np.ndarray, parameters: pd.DataFrame, prior: tuple[Parameter, ...] = ()
) -> Audit:
    """Look at ``signals`` complex (n, n_settings, n_times), the first n samples, and at the ``parameters`` of all."""
    numbers = np.isfinite(parameters.select_dtypes("number").to_numpy(float)).all(1)
    finite = np.isfinite(signals).all((1, 2))
    bad = ~numbers
    bad[: len(signals)] |= ~finite
    seen: dict[bytes, int] = {}
    repeated = [
        k
        for k, curve in enumerate(signals)
        if seen.setdefault(np.ascontiguousarray(curve).tobytes(), k) != k
    ]
    spread = _spread(signals[finite])
    first = np.setdiff1d(np.flatnonzero(finite), repeated)[:N_COMPARED]
    return Audit(
        len(signals),
        np.flatnonzero(bad),
        np.array(repeated, int),
        _near(signals, first, NEAR * spread),
        len(first),
        {
            spec.name: np.flatnonzero(_outside(parameters[spec.name], spec))
            for spec in prior
            if spec.name in parameters
        },
        spread,
    )


def _spread(signals: np.ndarray) -> float:
    if not len(signals):
        return 0.0
    mean, total = signals.mean(0), 0.0
    for start in range(0, len(signals), 500):
        apart = signals[start : start + 500] - mean
        total += float((apart.real.astype(float) ** 2 + apart.imag.astype(float) ** 2).sum())
    return (total / signals.size) ** 0.5


def _near(signals: np.ndarray, indices: np.ndarray, limit: float) -> tuple[tuple[int, int], ...]:
    """Pairs whose rms difference is below ``limit``: candidates have close norms, which sorting finds."""
    if limit <= 0 or len(indices) < 2:
        return ()
    flat = signals[indices].reshape(len(indices), -1)
    norms = np.sqrt((np.abs(flat) ** 2).mean(1))
    order = np.argsort(norms, kind="stable")
    pairs: list[tuple[int, int]] = []
    for place, k in enumerate(order):
        others = order[place + 1 : np.searchsorted(norms[order], norms[k] + limit, "right")]
        if len(others):
            apart = np.sqrt((np.abs(flat[others] - flat[k]) ** 2).mean(1))
            pairs += [
                (min(indices[k], indices[other]), max(indices[k], indices[other]))
                for other in others[apart < limit]
            ]
    return tuple(sorted(pairs))


def _outside(values: pd.Series, spec: Parameter) -> np.ndarray:
    if spec.values:
        return ~values.isin(spec.values).to_numpy()
    if not is_numeric_dtype(values):
        return np.zeros(len(values), bool)
    margin = 1e-9 * max(abs(spec.low), abs(spec.high))
    return ((values < spec.low - margin) | (values > spec.high + margin)).to_numpy()
