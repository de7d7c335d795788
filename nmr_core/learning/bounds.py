"""Estimates and the range of the training data: moved to its edge, or refused far beyond it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from nmr_core.learning.manifest import RunManifest

FAR = 1.0
"""Distance beyond the range, in its widths, from which an estimate is refused."""
ENDS = ("low", "high", "joint_low", "joint_high")
"""Beginnings of the columns with the ends of intervals."""
MOVED = "within_range"
"""Attribute of a table whose numbers have been moved to the edge of the range."""


def far_beyond(manifest: RunManifest, table: pd.DataFrame) -> np.ndarray:
    """Return which samples have an estimate that is no number, or far beyond the range.

    Parameters
    ----------
    manifest : RunManifest
        Of the run, with the range of each target.
    table : DataFrame, (n, ...)
        Estimates in columns <target> or predicted_<target>.

    Returns
    -------
    bool array, (n,)
        False throughout for a classification.
    """
    far = np.zeros(len(table), bool)
    for _, low, high, values in _estimates(manifest, table):
        far |= _is_far(values, low, high)
    return far


def _is_far(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Whether estimates are no numbers, or far beyond their range, bool (n,)."""
    reach = FAR * (high - low)
    return ~((values >= low - reach) & (values <= high + reach))


def within_range(manifest: RunManifest, table: pd.DataFrame) -> pd.DataFrame:
    """Return estimates and intervals within the range of the training data.

    Parameters
    ----------
    manifest : RunManifest
        Of the run, with the range of each target.
    table : DataFrame, (n, ...)
        Estimates in columns <target> or predicted_<target>, and ends of their intervals.

    Returns
    -------
    DataFrame
        A number beyond the range is moved to its edge; a sample with an estimate far beyond it
        (:data:`FAR`) has NaN throughout. ``attrs`` say so (:data:`MOVED`).
    """
    far = far_beyond(manifest, table)
    columns = {}
    for name, low, high, _ in _estimates(manifest, table):
        both = (name, f"predicted_{name}", *(f"{end}_{name}" for end in ENDS))
        for column in both:
            if column in table:
                values = np.clip(table[column].to_numpy(float), low, high)
                columns[column] = np.where(far, np.nan, values)
    moved = table.assign(**columns)
    moved.attrs = {**table.attrs, MOVED: True}
    return moved


def reasons(manifest: RunManifest, table: pd.DataFrame) -> list[str]:
    """Return one sentence per sample that :func:`far_beyond` refuses, "" for the others."""
    sentences = np.full(len(table), "", object)
    for name, low, high, values in _estimates(manifest, table):
        unit = manifest.targets[name]["unit"]
        for k in np.flatnonzero(_is_far(values, low, high) & (sentences == "")):
            sentences[k] = (
                f"The model gives {name} = {values[k]:.4g}, far outside of the range {low:g} to "
                f"{high:g} {unit}".rstrip()
                + " that it was trained for: it was not made for such signals, or is damaged."
            )
    return list(sentences)


def _estimates(
    manifest: RunManifest, table: pd.DataFrame
) -> Iterator[tuple[str, float, float, np.ndarray]]:
    """Name, range and values of each target of a regression that the table has."""
    if manifest.task == "classification":
        return
    for name, spec in manifest.targets.items():
        column = f"predicted_{name}" if f"predicted_{name}" in table else name
        if column in table:
            yield name, spec["low"], spec["high"], table[column].to_numpy(float)
