"""Arguments as callers write them: numbers, whole numbers, lists, and values by name."""

from collections.abc import Iterable, Mapping
from itertools import islice
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter

YEAR = 365.25 * 86_400
"""Longest time, s."""


def shown(value: Any) -> str:
    """Return a value as a sentence shows it: numbers plain, texts in quotes, at most 40 signs."""
    return (str(value) if isinstance(value, Real | np.generic) else repr(value))[:40]


def number(value: Any) -> float | None:
    """Return a finite number of Python or NumPy as float; None for all else, also True."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        plain = float(value)
    except OverflowError:
        return None
    return plain if isfinite(plain) else None


def checked(spec: Parameter, value: Any) -> Any:
    """Return a value that a parameter allows; True and arrays are no numbers.

    Raises
    ------
    InputError
        For another value.
    """
    if isinstance(value, bool | np.bool_ | np.ndarray):
        raise InputError(
            f"{spec.name} must be a number, got {shown(value)}. Write a number from {spec.low:g} "
            f"to {spec.high:g}."
        )
    return spec.check(value)


def by_name(what: str, value: Any, example: str) -> dict[str, Any]:
    """Return a mapping whose names are texts; None is an empty one.

    Parameters
    ----------
    what : str
        Name of the argument, for the sentence.
    value : mapping or None
        The argument.
    example : str
        How it is written, for the sentence.

    Raises
    ------
    InputError
        For anything else.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise InputError(f"{what} must hold values by name, got {shown(value)}. Write {example}.")
    return dict(value)


def listed(what: str, value: Any, example: str, most: int) -> list[Any]:
    """Return the items of a list, a tuple or an array.

    Parameters
    ----------
    what : str
        Name of the argument, for the sentence.
    value : iterable
        Neither a text nor a mapping.
    example : str
        How it is written, for the sentence.
    most : int
        Largest number of items.

    Raises
    ------
    InputError
        For anything else, or more items.
    """
    is_list = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    if not is_list or np.ndim(value if isinstance(value, np.ndarray) else [0]) != 1:
        raise InputError(f"{what} must be a list, got {shown(value)}. Write {example}.")
    items = list(islice(value, most + 1))
    if len(items) > most:
        raise InputError(f"{what} may hold at most {most:,} values, got more. Give fewer values.")
    return items
