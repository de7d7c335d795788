"""Foreign curves that cannot be the signals of the preset that they claim."""

from dataclasses import replace

import numpy as np

from nmr_core.datasets.magnitude import limit_of, too_large
from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign

N_LOOKED = 2000
"""Samples that are looked at."""
ASSUMED, NAMED = 1.2, 100.0
"""|M| over its limit, of the median sample, from which curves are refused: of a preset that
follows from the shape of the curves, and of one that the file names, which may have a gain.
"""
OUTLIER = 100.0
"""|M| over that of the median sample, or over 1/2, from which a single curve of an assumed preset
is refused.
"""
SMALL = 0.02
"""|M| of the median sample below which a note says so."""


def with_magnitude(foreign: Foreign, name: str) -> Foreign:
    """Return foreign curves with a note where |M| is above 1/2.

    Parameters
    ----------
    foreign : Foreign
        Curves of a file.
    name : str
        Of the file, for messages.

    Raises
    ------
    InputError
        If most of the curves cannot be signals of the preset.
    """
    if not foreign.preset:
        return foreign
    peaks = _peaks(foreign.signals)
    if not len(peaks):
        return foreign
    foreign = _with_small(foreign, peaks, name)
    _check_loudest(foreign, peaks, name)
    signals = foreign.signals[:N_LOOKED]
    beyond = too_large(signals)
    if not len(beyond):
        return foreign
    largest = np.abs(signals).max(axis=(1, 2))
    typical = float(np.quantile(largest, 0.5, method="lower"))
    factor = float(np.quantile(largest / limit_of(signals), 0.5, method="lower"))
    if factor > (ASSUMED if foreign.is_assumed else NAMED):
        raise InputError(
            f"{name}: |M| reaches {largest.max():.4g} ({typical:.4g} in the median curve), but a "
            f"signal of {foreign.preset} is at most 1/2. Divide the curves by their factor, or "
            "import them in a format that names no preset (npz or CSV with times)."
        )
    note = (
        f"|M| is above 1/2 in {len(beyond):,} of {len(signals):,} curves (up to "
        f"{largest.max():.4g}), which plain signals of {foreign.preset} never are. Check the scale."
    )
    return replace(foreign, notes=[*foreign.notes, note])


def _peaks(signals: np.ndarray) -> np.ndarray:
    """Largest |M| of each sample (n_samples,), without a copy of all signals."""
    if not signals.size:
        return np.empty(0)
    parts = [
        np.abs(signals[start : start + N_LOOKED]).max(axis=(1, 2))
        for start in range(0, len(signals), N_LOOKED)
    ]
    return np.concatenate(parts)


def _check_loudest(foreign: Foreign, peaks: np.ndarray, name: str) -> None:
    """Refuse a single curve that is far above 1/2 and above all others."""
    typical = float(np.quantile(peaks, 0.5, method="lower"))
    k = int(peaks.argmax())
    is_alone = peaks[k] > OUTLIER * max(typical, 0.5)
    if foreign.is_assumed and is_alone:
        raise InputError(
            f"{name}: |M| reaches {peaks[k]:.4g} in curve {k + 1:,} ({typical:.4g} in the median "
            f"curve), but a signal of {foreign.preset} is at most 1/2. Remove or correct that "
            "curve."
        )


def _with_small(foreign: Foreign, largest: np.ndarray, name: str) -> Foreign:
    """The curves with a note on those that are 0 or very small; an error if all are 0."""
    n_empty = int((largest == 0).sum())
    if n_empty == len(largest):
        raise InputError(
            f"{name}: all {n_empty:,} curves are 0, so they hold no signals. Write them again."
        )
    notes = list(foreign.notes)
    if n_empty:
        notes.append(f"{n_empty:,} of {len(largest):,} curves are 0 everywhere. Check them.")
    typical = float(np.median(largest[largest > 0]))
    if typical < SMALL:
        notes.append(
            f"|M| reaches only {typical:.3g} in the median curve; plain signals of "
            f"{foreign.preset} reach about 1/2. Check the scale."
        )
    return replace(foreign, notes=notes)
