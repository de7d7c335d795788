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
