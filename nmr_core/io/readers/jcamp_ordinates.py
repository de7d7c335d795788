"""Ordinates of a JCAMP-DX section: what is stated on them, compared with the tables.

FIRST and LAST are the format's own check of a table. Writers give them with the factor or without
it, and some give 0 for all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.io.readers.damage import number_in
from nmr_core.io.readers.jcamp_axis import rounding_of
from nmr_core.io.readers.redundancies import Redundancy, contradiction, written

ROUNDING = 0.01
"""Relative difference that the digits of a header explain."""


@dataclass(frozen=True, eq=False)
class Ordinate:
    """What a section states on one variable.

    Attributes
    ----------
    symbol : str
        R, I or Y.
    pages : sequence of float (n_times,)
        Its tables as stored.
    factor : float
        From stored values to actual ones.
    first, last, smallest, largest : str
        As written; "" where they are missing.
    """

    symbol: str
    pages: Sequence[np.ndarray]
    factor: float
    first: str
    last: str
    smallest: str
    largest: str

    def differs(self, text: str, values: Sequence[float]) -> bool:
        """Whether a number is none of some stored values, with the factor and without it.

        Parameters
        ----------
        text : str
            Of the header.
        values : sequence of float
            As stored.
        """
        stated = number_in(text)
        # 0 stands for "not given"
        if not stated or not np.isfinite(stated):
            return False
        margin = ROUNDING * abs(stated) + rounding_of(text)
        return not any(
            abs(stated - scale * value) <= margin + abs(scale)
            for value in values
            for scale in (1.0, self.factor)
        )


def check_ordinates(ordinates: Sequence[Ordinate], name: str) -> list[str]:
    """Refuse tables that do not begin and end as FIRST and LAST say; return notes on MIN and MAX.

    Parameters
    ----------
    ordinates : sequence of Ordinate
        The variables of a section.
    name : str
        Of the file.

    Raises
    ------
    InputError
        FIRST or LAST is another value than the table's.
    """
    notes = []
    for one in ordinates:
        for place, text, at in (("FIRST", one.first, 0), ("LAST", one.last, -1)):
            values = [float(page[at]) for page in one.pages if len(page)]
            if values and one.differs(text, values):
                quantity = f"{place.lower()} value of {one.symbol}"
                raise contradiction(
                    name,
                    Redundancy(quantity, {}),
                    (place, number_in(text) or 0.0),
                    ("its table", one.factor * values[at]),
                )
        for place, text, extreme in (("MIN", one.smallest, np.min), ("MAX", one.largest, np.max)):
            values = [float(extreme(page)) for page in one.pages if len(page)]
            # The largest of all pages, or of both channels, may be meant
            if values and one.differs(text, values) and not _is_bound(text, one, values):
                notes.append(
                    f"{name}: {place} of {one.symbol} is {written(number_in(text) or 0.0)} by the "
                    f"header, but {written(one.factor * float(extreme(values)))} by its table. "
                    "Check the signal."
                )
    return notes


def _is_bound(text: str, one: Ordinate, values: Sequence[float]) -> bool:
    """Whether no value lies beyond a stated extreme, by less than a factor of 10."""
    stated = abs(number_in(text) or 0.0)
    largest = max(abs(one.factor * value) for value in values)
    return largest <= stated <= 10 * largest
