"""What a Bruker folder says twice on one thing: refused, or a note where programs may differ."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.readers.damage import number_in
from nmr_core.io.readers.labels import Labels, entries, key_of
from nmr_core.io.readers.redundancies import Redundancy, contradiction

ONCE = ("TD", "SW_h", "SW", "SFO1", "AQ_mod", "DTYPA", "BYTORDA", "GRPDLY", "DSPFVS", "DECIM")
ROUNDING, DIGITS = 0.01, 0.05
"""Relative difference of DW, and half a unit of its last digit, µs."""
HIGH = 2**24
"""A whole number from which its highest byte is in use."""
SHARE = 0.02
"""Of the numbers that must have either sign."""


def check_once(text: str, name: str) -> None:
    """Refuse an acqus that gives a parameter twice, with two values.

    Parameters
    ----------
    text : str
        Of acqus.
    name : str
        Of the folder.
    """
    pairs = entries(text)
    for parameter in ONCE:
        stated = [number_in(value) for key, value in pairs if key == key_of(f"${parameter}")]
        values = [value for value in stated if value is not None]
        for other in values[1:]:
            if other != values[0]:
                raise contradiction(
                    name,
                    Redundancy(f"parameter {parameter}", {}),
                    ("one line of acqus", values[0]),
                    ("another one", other),
                )


def dwell_note(labels: Labels, dwell: float, is_complex: bool, name: str) -> list[str]:
    """Return a note where DW is neither the time between two values nor between two points.

    Parameters
    ----------
    labels : Labels
        Of acqus.
    dwell : float
        Time between two points by SW_h, µs.
    is_complex : bool
        Whether a point has two values.
    name : str
        Of the folder.
    """
    stated = labels.number("$DW")
    if stated is None or stated <= 0:
        return []
    each = dwell / 2 if is_complex else dwell
    if any(abs(stated - known) <= ROUNDING * known + DIGITS for known in (each, dwell)):
        return []
    return [
        f"{name}: the time between two values is {stated:.6g} µs by DW, but {each:.6g} µs by SW_h: "
        "SW_h is used. Check the time of the echo."
    ]


def check_order(row: np.ndarray, name: str) -> None:
    """Refuse whole numbers that only make sense in the other order of their bytes.

    Small numbers of both signs fill their highest byte with 0 or 255; read in the wrong order, this
    is their lowest one.

    Parameters
    ----------
    row : int32 array (n_values,)
        One record as stored, in the order that acqus gives.
    name : str
        Of the folder.
    """
    values = np.asarray(row).astype(np.int64)
    values = values[values != 0]
    if not len(values) or np.abs(values).max() < HIGH:
        return
    lowest = values & 0xFF
    positive, negative = np.mean(lowest == 0), np.mean(lowest == 0xFF)
    if min(positive, negative) >= SHARE and positive + negative == 1:
        raise InputError(
            f"{name} contradicts itself: its numbers are noise up to {np.abs(values).max():,} in "
            "the order of bytes that BYTORDA gives, and small in the other one. Correct BYTORDA "
            "in acqus, or get it again."
        )
