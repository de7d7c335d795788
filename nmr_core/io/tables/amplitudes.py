"""What the name of a channel says of its numbers: unit, sign, power, logarithm."""

import re

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.tables.channel_units import PHYSICAL, unit_of
from nmr_core.io.tables.roles import Pair, Roles

_SQUARE = re.compile(
    r"(?<!10)(\^|\*\*)\s*\(?2(?![\d.])|(?<!10)\u00b2|squared|(?<![a-z])(power|psd)(?![a-z])",
    re.IGNORECASE,
)
_SPECTRUM = re.compile(r"(?<![a-z])(i?d?fft|spectrum|spektrum|spectral)(?![a-z])", re.I)
_LOGARITHM = re.compile(
    r"(?<![A-Za-z])(d[Bb][A-Za-z\u00b5]{0,2}|DB|log(10)?|LOG|Log|ln)(?![A-Za-z])"
)
_MINUS = re.compile(r"\s*[-\u2212]\s*[A-Za-z(|]")
_TURNED = re.compile(r"(?<![a-z])(neg|negative|minus|inverted|invertiert|conj)(?![a-z])", re.I)


def no_amplitude(roles: Roles, labels: list[str]) -> str:
    """Return what is wrong with the channels of a table, by their names; "" for nothing.

    Parameters
    ----------
    roles : Roles
        What the columns are.
    labels : list of str
        Their names, with units.
    """
    for column in roles.channels:
        label = labels[column]
        if _SPECTRUM.search(label):
            return f"{label} is a spectrum and no signal in time"
        if _SQUARE.search(label):
            return f"{label} is a square or a power, no amplitude"
        if _LOGARITHM.search(label):
            return f"{label} is a logarithm, no amplitude"
        if _TURNED.search(label):
            return f"the name {label} leaves the sign of its numbers open"
    if roles.time is not None:
        label = labels[roles.time]
        if _LOGARITHM.search(label) or _SQUARE.search(label) or _MINUS.match(label):
            return f"{label} is a function of the time, not the time"
    return ""


def factors_of(roles: Roles, labels: list[str], name: str) -> tuple[dict[int, float], list[str]]:
    """Return what the channels have to be multiplied by, and sentences on it.

    Parameters
    ----------
    roles : Roles
        What the columns are.
    labels : list of str
        Their names, with units.
    name : str
        Of the file, for messages.

    Returns
    -------
    factors : dict of int to float
        Column -> factor, where it is not 1: -1 for a name with a minus sign; for a second channel,
        its unit in that of the first one.
    notes : list of str

    Raises
    ------
    InputError
        For two channels of one signal in units that cannot be compared.
    """
    factors: dict[int, float] = {}
    notes = []
    for column in roles.channels:
        if _MINUS.match(labels[column]):
            factors[column] = -1.0
            notes.append(f"The sign of {labels[column]} was changed, as its name has a minus sign.")
    for pair in roles.signals:
        ratio = 1.0 if pair.phase or pair.im is None else _ratio(pair, labels, name)
        if pair.im is not None and ratio != 1:
            factors[pair.im] = factors.get(pair.im, 1.0) * ratio
            notes.append(
                f"{labels[pair.im]} was multiplied by {ratio:.6g}: it has another unit than "
                f"{labels[pair.re]}."
            )
    return factors, notes


def scaled(values: np.ndarray, factors: dict[int, float]) -> np.ndarray:
    """Return numbers (n_rows, n_columns) with some columns multiplied."""
    if not factors:
        return values
    row = np.ones(values.shape[1])
    for column, factor in factors.items():
        row[column] = factor
    return values * row


def _ratio(pair: Pair, labels: list[str], name: str) -> float:
    """The unit of the second channel in that of the first one."""
    first, second = labels[pair.re], labels[pair.im if pair.im is not None else pair.re]
    one, other = unit_of(first), unit_of(second)
    if one is None or other is None:
        return 1.0
    same = one[1] == other[1] or not {one[1], other[1]} & set(PHYSICAL)
    if same:
        return float(f"{other[0] / one[0]:.12g}")
    if one[0] == other[0] == 1 and "" in (one[1], other[1]):
        return 1.0
    raise InputError(
        f"{name}: the units of {first} and {second} cannot be compared, so they are not the two "
        "channels of one signal. Write both in one unit."
    )
