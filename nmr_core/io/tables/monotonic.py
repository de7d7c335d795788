"""Numbers that run one way, as times do."""

import numpy as np


def one_way(values: np.ndarray) -> bool:
    """Return whether numbers only rise or only fall."""
    steps = np.diff(values.real)
    return len(steps) > 0 and bool((steps > 0).all() or (steps < 0).all())


def fraction_one_way(values: np.ndarray) -> float:
    """Return the fraction of the steps that go the more frequent way, or nowhere."""
    steps = np.diff(values.real)
    if not len(steps):
        return 0.0
    return float(max((steps >= 0).mean(), (steps <= 0).mean()))


def proportional(first: np.ndarray, second: np.ndarray) -> bool:
    """Return whether two columns are the same times in two units."""
    ratio = np.abs(second).max() / max(np.abs(first).max(), 1e-300)
    return bool(np.abs(second - ratio * first).max() <= 1e-3 * np.abs(second).max())
