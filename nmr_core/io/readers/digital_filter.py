"""Delay of a spectrometer's digital filter, in points of the record.

The filter delays the signal by a fraction of its own length: time zero is put behind it, and the
points before it only hold the build-up of the filter. The delay belongs to the vendor: the same
parameters are read from every container of its data.

References
----------
Westler & Abildgaard, DMX Digital Filters and Non-Bruker Offline Processing (1996); nmrglue issue
24; for a cascade of linear-phase filters see Crochiere & Rabiner, Multirate Digital Signal
Processing (1983), section 5.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nmr_core.io.readers.labels import Labels

_LONG = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)
_TABLE = {
    10: (
        *(44.75, 33.5, 66.625, 59.0833333333, 68.5625, 60.375, 69.53125, 61.0208333333, 70.015625),
        *(61.34375, 70.2578125, 61.5052083333, 70.37890625, 61.5859375, 70.439453125),
        *(61.6263020833, 70.4697265625, 61.646484375, 70.48486328125, 61.6565755208),
        70.492431640625,
    ),
    11: (
        *(46.0, 36.5, 48.0, 50.1666666667, 53.25, 69.5, 72.25, 70.1666666667, 72.75, 70.5, 73.0),
        *(70.6666666667, 72.5, 71.3333333333, 72.25, 71.6666666667, 72.125, 71.8333333333),
        *(72.0625, 71.9166666667, 72.03125),
    ),
    12: (
        *(46.0, 36.5, 48.0, 50.1666666667, 53.25, 69.5, 71.625, 70.1666666667, 72.125, 70.5),
        *(72.375, 70.6666666667, 72.5, 71.3333333333, 72.25, 71.6666666667, 72.125),
        *(71.8333333333, 72.0625, 71.9166666667, 72.03125),
    ),
    13: (
        *(2.75, 2.8333333333, 2.875, 2.9166666667, 2.9375, 2.9583333333, 2.96875, 2.9791666667),
        *(2.984375, 2.9895833333, 2.9921875, 2.9947916667),
    ),
}
"""Delays by DSPFVS, for DECIM = ``_LONG``."""
SAME = 1.0
"""Points by which two statements on one delay may differ."""


@dataclass(frozen=True)
class Delay:
    """Delay of a digital filter.

    Attributes
    ----------
    points : float
        In points of the record; 0 where there is no filter, or its delay is not known.
    unknown : str
        Why the delay of a filter cannot be computed; "" where it is known.
    doubt : str
        Two statements that differ, the one in use first; "" where all agree.
    """

    points: float = 0.0
    unknown: str = ""
    doubt: str = ""

    @property
    def skipped(self) -> int:
        """Whole points before time zero."""
        return math.ceil(self.points - 1e-9)

    def notes(self, dwell: float, name: str) -> list[str]:
        """Return sentences for the user.

        Parameters
        ----------
        dwell : float
            Time between two points, µs.
        name : str
            Of the file.
        """
        if self.unknown:
            return [
                f"{name} was filtered digitally, and the delay of the filter cannot be computed "
                f"({self.unknown}): its times may be too late by tens of points. Check the time "
                "of the echo."
            ]
        if not self.points:
            return []
        notes = [
            f"The digital filter delays the signal by {self.points:.4g} points "
            f"({self.points * dwell:.4g} µs): time zero was put there."
        ]
        if self.doubt:
            notes.append(
                f"{name} contradicts itself on the delay of its digital filter: {self.doubt}. The "
                "former is used; check the time of the echo."
            )
        return notes


def bruker_delay(labels: Labels, mark: str = "$") -> Delay:
    """Return the delay by GRPDLY, or by the table of DSPFVS and DECIM of older files.

    Parameters
    ----------
    labels : Labels
        Of acqus, or of a JCAMP-DX file that carries Bruker's.
    mark : str
        What stands before the vendor's labels.
    """
    delay = labels.number(f"{mark}GRPDLY")
    firmware = labels.integer(f"{mark}DSPFVS", 0)
    decimation = labels.number(f"{mark}DECIM") or 0
    is_digital = labels.number(f"{mark}DIGMOD") != 0
    if delay is not None and delay > 0:
        return Delay(delay, doubt=_doubt(delay, firmware, decimation, is_digital))
    # Without decimation there is no filter
    if not firmware or decimation <= 1 or not is_digital:
        return Delay()
    tabulated = _tabulated(firmware, decimation)
    if tabulated is not None:
        return Delay(tabulated)
    # GRPDLY = 0 is a filter without delay
    if delay == 0:
        return Delay()
    return Delay(
        unknown=f"no GRPDLY, and DSPFVS {firmware} with DECIM {decimation:g} is in no table"
    )


def _tabulated(firmware: int | None, decimation: float) -> float | None:
    """Delay by the table; None for what is not in it."""
    delays = dict(zip(_LONG, _TABLE.get(firmware or 0, ()), strict=False))
    return delays.get(int(decimation)) if decimation == int(decimation) else None


def _doubt(delay: float, firmware: int | None, decimation: float, is_digital: bool) -> str:
    """What differs from GRPDLY; "" if nothing does."""
    if not is_digital:
        return f"{delay:.4g} points by GRPDLY, but no filter by DIGMOD 0"
    tabulated = _tabulated(firmware, decimation)
    if tabulated is None or abs(tabulated - delay) <= SAME:
        return ""
    return (
        f"{delay:.4g} points by GRPDLY, but {tabulated:.4g} points by DSPFVS {firmware} with DECIM "
        f"{decimation:g}"
    )


def cascade_delay(orders: Sequence[float], factors: Sequence[float]) -> float:
    """Return the delay of a cascade of linear-phase filters that decimate, in points at its end.

    ``sum_i (orders_i - 1) / 2 / (factors_i factors_(i+1) ... factors_n)``

    Parameters
    ----------
    orders : sequence of float
        Number of coefficients of each filter.
    factors : sequence of float
        Decimation of each filter.
    """
    delay = 0.0
    rate = 1.0
    for order, factor in zip(reversed(orders), reversed(factors), strict=True):
        rate *= factor
        delay += (order - 1) / 2 / rate
    return delay


def jeol_delay(is_on: bool, orders: str, factors: str, decimation: float | None = None) -> Delay:
    """Return the delay by JEOL's texts, such as "2 54 73" and "8  2" of two filters.

    Parameters
    ----------
    is_on : bool
        Parameter digital_filter.
    orders : str
        Number of filters, and the coefficients of each in three characters.
    factors : str
        Decimation of each, in three characters.
    decimation : float, optional
        Parameter filter_factor: all factors together.
    """
    if not is_on:
        return Delay()
    n = int(orders[:1]) if orders[:1].isdigit() else 0
    lengths, decimations = _columns(orders[1:], n), _columns(factors, n)
    if not lengths or not decimations or min(lengths) < 1 or min(decimations) < 1:
        return Delay(unknown="its orders and factors cannot be read")
    if decimation is not None and math.prod(decimations) != decimation:
        return Delay(unknown=f"its factors {factors.strip()} do not give {decimation:g}")
    return Delay(cascade_delay(lengths, decimations))


def _columns(text: str, n: int) -> list[float]:
    """n numbers of three characters each, the last ones of a text; [] for anything else."""
    width = 3 * n
    words = text.split()
    if len(words) != n:
        padded = text.rstrip().rjust(width)
        words = [padded[k : k + 3].strip() for k in range(0, width, 3)]
        if len(padded) != width:
            return []
    return [float(word) for word in words] if all(word.isdigit() for word in words) else []
