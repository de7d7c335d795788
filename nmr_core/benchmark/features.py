"""Polynomial features of |M| (76 per curve) as a matrix product, and by ``polyfit``."""

import numpy as np

from nmr_core.benchmark.measure import shortest
from nmr_core.features import Polynomial
from nmr_core.presets import Preset

FEATURE_CURVES, FEATURE_POINTS, FITTED_CURVES = 10_000, 300, 100


def measure_features(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure the time for FEATURE_CURVES curves, s; the loop is timed on FITTED_CURVES."""
    rng = np.random.default_rng(0)
    curves = rng.normal(size=(FEATURE_CURVES, FEATURE_POINTS)).astype(np.complex64)
    featurizer = Polynomial(channels=("abs",)).fit(curves)

    def loop() -> None:
        for curve in np.abs(curves[:FITTED_CURVES]):
            for n_split in featurizer.n_splits:
                for part in np.array_split(curve, n_split):
                    np.polyfit(np.arange(len(part)) - len(part) // 2, part, featurizer.order)

    best = shortest(repeats, features=lambda: featurizer.transform(curves), polyfit=loop)
    return {
        "features_s": best["features"],
        "polyfit_s": best["polyfit"] * FEATURE_CURVES / FITTED_CURVES,
    }
