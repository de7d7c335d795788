"""What a file says twice, compared: points, step and first time of its header and of its data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_core.errors import InputError

POINTS = "number of points"
STEP = "time between two points"
FIRST = "time of the first point"


@dataclass(frozen=True)
class Redundancy:
    """A quantity that a vendor's files state at more than one place.

    Attributes
    ----------
    quantity : str
        What it is, in words.
    places : mapping of str to callable
        Where it stands, and the header -> value there; None where this file leaves it out.
    unit : str
        Unit of the values; "" for a number.
    rounding : float
        Relative difference that the digits of a header explain.
    margin : float or callable
        Difference that is allowed as well, in ``unit``; a callable takes the header.
    """

    quantity: str
    places: Mapping[str, Callable[[Any], float | None]]
    unit: str = ""
    rounding: float = 0.0
    margin: float | Callable[[Any], float] = 0.0


def check(header: Any, redundancies: Sequence[Redundancy], name: str) -> None:
    """Refuse a file whose places disagree by more than rounding.

    Parameters
    ----------
    header : object
        What the functions of the redundancies take.
    redundancies : sequence of Redundancy
        The vendor's description.
    name : str
        Of the file, for the message.

    Raises
    ------
    InputError
        Two places disagree; the sentence gives both values.
    """
    for redundancy in redundancies:
        values = {place: value(header) for place, value in redundancy.places.items()}
        stated = {place: float(value) for place, value in values.items() if value is not None}
        margin = redundancy.margin
        allowed = margin(header) if callable(margin) else margin
        for place, value in list(stated.items())[1:]:
            first = next(iter(stated))
            tolerance = allowed + redundancy.rounding * abs(stated[first])
            # Not "greater than": NaN disagrees with everything
            if not abs(value - stated[first]) <= tolerance:
                raise contradiction(name, redundancy, (first, stated[first]), (place, value))


def contradiction(
    name: str, redundancy: Redundancy, one: tuple[str, float], other: tuple[str, float]
) -> InputError:
    """Return the error for a quantity with two values.

    Parameters
    ----------
    name : str
        Of the file.
    redundancy : Redundancy
        The quantity.
    one, other : (str, float)
        Where it stands, and the value there.
    """
    unit = f" {redundancy.unit}" if redundancy.unit else ""
    (here, value), (there, another) = one, other
    return InputError(
        f"{name} contradicts itself: the {redundancy.quantity} is {written(value)}{unit} by "
        f"{here}, but {written(another)}{unit} by {there}. Get the file again, or export the echo "
        "as CSV."
    )


def written(value: float) -> str:
    """Return a value as a sentence gives it."""
    if not np.isfinite(value):
        return "no number"
    if value == round(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.6g}"
