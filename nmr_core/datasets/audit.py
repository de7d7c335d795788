"""Audit of a data set: NaN or infinity, duplicates, values outside of the prior, |M| above 1/2."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.magnitude import too_large
from nmr_core.parameters import Parameter

NEAR = 1e-3
"""Near duplicates differ (rms) by less than this fraction of the spread of the data set."""
N_COMPARED = 2000
"""Samples among which near duplicates are searched for."""
N_READ = 5000
"""Samples that are read of a large data set; samples are independent draws."""


@dataclass(frozen=True)
class Audit:
    """Result of an audit.

    Attributes
    ----------
    n_samples : int
        Number of samples whose signals were read.
    not_finite : int array
        Samples with NaN or infinity in signals or parameters.
    exact : int array
        Samples whose signals equal those of an earlier one, byte for byte.
    near : tuple of (int, int)
        Pairs of other samples that differ by less than :data:`NEAR` of the spread.
    n_compared : int
        Number of samples among which ``near`` was searched for.
    outside : dict
        Name of a parameter -> samples whose value lies outside of the prior.
    spread : float
        rms over samples and times of |M - mean M|.
    too_large : int array
        Samples with |M| above 1/2 and their noise, where the curves claim to be signals of a
        preset.
    """

    n_samples: int
    not_finite: np.ndarray
    exact: np.ndarray
    near: tuple[tuple[int, int], ...]
    n_compared: int
    outside: dict[str, np.ndarray]
    spread: float
    too_large: np.ndarray = field(default_factory=lambda: np.empty(0, int))

    @property
    def clean(self) -> bool:
        """Whether the audit has no finding."""
        return not (
            len(self.not_finite)
            or len(self.exact)
            or len(self.too_large)
            or self.near
            or any(map(len, self.outside.values()))
        )

    @property
    def facts(self) -> dict[str, str]:
        """The findings as text, by name."""
        outside = {name: _listed(samples) for name, samples in self.outside.items() if len(samples)}
        return {
            "curves read": f"{self.n_samples:,}",
            "NaN or infinity": _listed(self.not_finite),
            "exact duplicates": _listed(self.exact),
            "near duplicates": f"{self._pairs} among the first {self.n_compared:,}",
            "outside of the prior": "; ".join(
                f"{name}: {samples}" for name, samples in outside.items()
            )
            or "none",
            "|M| above 1/2": _listed(self.too_large),
            "spread of the curves": f"{self.spread:.4g} (rms of M about its mean)",
        }

    @property
    def _pairs(self) -> str:
        if not self.near:
            return "none"
        first, second = self.near[0]
        return f"{len(self.near):,} pairs, such as {first} and {second},"


def _listed(samples: np.ndarray) -> str:
    first = ", ".join(map(str, samples[:5])) + (", …" if len(samples) > 5 else "")
    return f"{len(samples):,} (sample {first})" if len(samples) else "none"


def audit(dataset: EchoDataset, most: int = N_READ) -> Audit:
    """Audit a data set.

    Parameters
    ----------
    dataset : EchoDataset
        The data set.
    most : int
        Number of samples whose signals are read, at most; parameters are read of all.

    Returns
    -------
    Audit
    """
    prior = tuple(dataset.preset.drawn) if dataset.preset is not None else ()
    return audit_curves(
        dataset.curves(list(range(min(len(dataset), most)))),
        dataset.parameters,
        prior,
        plain=has_plain_signals(dataset),
    )


def has_plain_signals(dataset: EchoDataset) -> bool:
    """Return whether the signals claim to be those of a preset, without measurement effects."""
    manifest = dataset.manifest
    effects = [manifest.effects, *(part.get("effects") for part in manifest.joined)]
    return dataset.preset is not None and not any(effects)


def audit_curves(
    signals: np.ndarray,
    parameters: pd.DataFrame,
    prior: tuple[Parameter, ...] = (),
    *,
    plain: bool = False,
) -> Audit:
    """Audit arrays.

    Parameters
    ----------
    signals : complex array, (n, n_settings, n_times)
        Of the first n samples.
    parameters : DataFrame
        Of all samples.
    prior : tuple of Parameter
        Parameters whose range is checked.
    plain : bool
        Whether the curves claim to be signals of a preset, so that |M| is at most 1/2.

    Returns
    -------
    Audit
    """
    numbers = np.isfinite(parameters.select_dtypes("number").to_numpy(float)).all(1)
    finite = np.isfinite(signals).all((1, 2))
    bad = ~numbers
    bad[: len(signals)] |= ~finite
    first_index: dict[bytes, int] = {}
    repeated = [
        k
        for k, curve in enumerate(signals)
        if first_index.setdefault(np.ascontiguousarray(curve).tobytes(), k) != k
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
        np.flatnonzero(finite)[too_large(signals[finite])] if plain else np.empty(0, int),
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
    """Pairs whose rms difference is below ``limit``; only those of similar norm are compared."""
    if limit <= 0 or len(indices) < 2:
        return ()
    flat = signals[indices].reshape(len(indices), -1)
    norms = np.sqrt((np.abs(flat) ** 2).mean(1))
    order = np.argsort(norms, kind="stable")
    pairs: list[tuple[int, int]] = []
    for rank, k in enumerate(order):
        others = order[rank + 1 : np.searchsorted(norms[order], norms[k] + limit, "right")]
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
