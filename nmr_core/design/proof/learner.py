"""The learners that prove a design, and what they are trained on.

The learner is not the kernel regression that ranks settings: a gain that only the method of the
ranking sees is no gain.
"""

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.errors import InputError
from nmr_core.models.mlp import EarlyStoppingMLP
from nmr_core.models.network_ensemble import NetworkEnsemble

COPIES = 3
"""Copies of each training material, each with receiver noise of its own."""
WHITENING = 0.5
"""A score of standard deviation s is divided by s to this power, in units of the noise."""


UPDATES = 48
"""Least number of updates per epoch: with fewer, a small training ends before it has learned."""


def _mlp_ensemble(seed: int, n_rows: int) -> BaseEstimator:
    """Three smooth networks of two layers; sized for a thousand materials or two."""
    member = EarlyStoppingMLP(
        hidden=(128, 64),
        learning_rate=2e-3,
        max_epochs=40,
        patience=10,
        random_state=seed,
        gain=0.3,
        activation="silu",
        batch_size=int(np.clip(n_rows // UPDATES, 16, 64)),
    )
    return NetworkEnsemble(member, n_members=3, draw="same")


LEARNERS: dict[str, Callable[[int, int], BaseEstimator]] = {"mlp ensemble": _mlp_ensemble}
"""Name -> builder of an unfitted estimator from a seed and the number of training rows."""


def checked_learner(name: str) -> str:
    """Return the name of a learner; :class:`InputError` for an unknown one."""
    if name not in LEARNERS:
        raise InputError(
            f"learner must be one of {', '.join(LEARNERS)}; got {str(name)[:40]!r}. Leave it out "
            "for the usual one."
        )
    return name


def residuals(
    learner: str,
    scores: Sequence[np.ndarray],
    noises: Sequence[Sequence[np.ndarray]],
    sds: Sequence[float],
    theta: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
    *,
    seed: int = 0,
) -> np.ndarray:
    """Train on noisy scores of some materials, and return the residuals of others.

    Parameters
    ----------
    learner : str
        A key of :data:`LEARNERS`.
    scores : sequence of float array, (n_materials, k_j)
        Noise-free scores of each acquisition j.
    noises : sequence of sequence of float array, (n_materials, k_j)
        Standard normal draws of each copy and acquisition; the first copy is that of the tests.
    sds : sequence of float
        Standard deviation of the noise of each acquisition.
    theta : float array, (n_materials, n)
        Parameters in units of their ranges.
    train, test : int array
        Materials to train on, and those to predict.
    seed : int
        Of the initial weights and of the validation part.

    Returns
    -------
    float array, (n_test, n)
        Prediction minus truth.
    """
    copies = [_features(scores, draws, sds, train) for draws in noises]
    X = np.concatenate([copy[train] for copy in copies])
    y = np.tile(theta[train], (len(copies), 1))
    groups = np.tile(train, len(copies))
    model = LEARNERS[learner](seed, len(X)).fit(X, y, groups=groups)
    predicted = np.asarray(model.predict(copies[0][test])).reshape(len(test), -1)
    # An estimate outside of what the prior allows is cut, as any reader would do
    low, high = theta[train].min(0), theta[train].max(0)
    return np.clip(predicted, low, high) - theta[test]


def _features(
    scores: Sequence[np.ndarray],
    draws: Sequence[np.ndarray],
    sds: Sequence[float],
    train: np.ndarray,
) -> np.ndarray:
    """Noisy scores of all acquisitions, partly whitened, float32 (n_materials, sum of k_j)."""
    parts = []
    for clean, unit, sd in zip(scores, draws, sds, strict=True):
        noisy = clean / sd + unit
        # Spread of each score over the training materials, in units of the noise
        spread = np.sqrt((clean[train] / sd).var(0) + 1)
        # Linear within the spread: a network extrapolates wildly from a rare, large score
        relative = np.arcsinh(noisy / spread)
        parts.append(relative * spread ** (1 - WHITENING))
    return np.concatenate(parts, axis=1).astype(np.float32)
