"""Ordinates of JCAMP-DX: plain numbers, packed ones and differences (AFFN, PAC, SQZ, DIF, DUP).

A letter is the first digit of a number and its meaning at once: ``A5`` is 15, ``J5`` is 15 more
than the value before, ``T`` repeats what is before once. The first value of a line behind
differences repeats the last value of the line before, as a check.

References
----------
McDonald & Wilks, Appl. Spectrosc. 42, 151 (1988).
"""

import math
import re
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError

_LABEL = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+))")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PACKED = re.compile(r"[ \t,\r]*([@A-Ia-i%J-Rj-rS-Zs+-]?)(\d+\.?\d*|\.\d+|)")
_LETTERS = re.compile(r"[@%A-DF-Za-df-z]")
_SQUEEZED = dict(zip("@ABCDEFGHI", "0123456789", strict=True))
_SQUEEZED |= {letter: f"-{k}" for k, letter in enumerate("abcdefghi", 1)}
_DIFFERENCES = dict(zip("%JKLMNOPQR", "0123456789", strict=True))
_DIFFERENCES |= {letter: f"-{k}" for k, letter in enumerate("jklmnopqr", 1)}
_REPEATS = dict(zip("STUVWXYZs", "123456789", strict=True))
MAX_VALUES = 2_000_000
"""Ordinates of one table; a few letters may stand for very many."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table of ordinates, (X++(Y..Y)).

    Attributes
    ----------
    values : float (n,)
        Ordinates.
    labels : float (n_lines,)
        Abscissa at the beginning of each line, as written.
    places : int (n_lines,)
        Which ordinate each label belongs to, from 0.
    decimals : int
        Digits behind the point of the labels.
    """

    values: np.ndarray
    labels: np.ndarray
    places: np.ndarray
    decimals: int


def table(body: str, name: str) -> Table:
    """Return the ordinates of a table.

    Parameters
    ----------
    body : str
        Lines of the table.
    name : str
        Of the file, for messages.

    Raises
    ------
    InputError
        A line that is none of a table, or a check that fails.
    """
    is_packed = bool(_LETTERS.search(body))
    values: list[float] = []
    labels, places, decimals = [], [], 0
    is_difference = False
    for line in filter(str.strip, body.split("\n")):
        if is_packed:
            label = _LABEL.match(line)
            label_text, rest = (label[1], line[label.end() :]) if label else ("", line)
            place = len(values) - 1 if is_difference else len(values)
            is_difference = _unpack(rest, values, is_difference, name)
        else:
            numbers = _plain(line, name)
            label_text, place = numbers[0], len(values)
            values += map(float, numbers[1:])
        if len(values) > MAX_VALUES:
            raise InputError(
                f"{name} holds more than {MAX_VALUES:,} points in a table. Give one echo."
            )
        if label_text:
            labels.append(float(label_text))
            places.append(place)
            decimals = max(decimals, len(label_text.lower().partition("e")[0].partition(".")[2]))
    return Table(np.array(values), np.array(labels), np.array(places, int), decimals)


def _plain(line: str, name: str) -> list[str]:
    """Numbers of a line that is not packed; they may touch where signs part them."""
    words = line.replace(",", " ").split()
    if all(map(_PLAIN.fullmatch, words)):
        return words
    if _PLAIN.sub("", line).strip(" \t,;"):
        raise _no_table(line, name)
    return _PLAIN.findall(line)


def _unpack(rest: str, values: list[float], is_check: bool, name: str) -> bool:
    """Append the ordinates of a packed line; return whether it ends with a difference."""
    is_difference, step = False, 0.0
    is_first = True
    end = 0
    for token in _PACKED.finditer(rest):
        letter, digits = token.groups()
        if token.start() != end or not (letter or digits):
            break
        end = token.end()
        if letter in _REPEATS:
            n = int(_REPEATS[letter] + digits) - 1 if digits.isdigit() or not digits else -1
            if not values or not 0 <= n <= MAX_VALUES - len(values):
                raise _no_table(rest, name)
            last = values[-1]
            values.extend([last + step * k for k in range(1, n + 1)])
            continue
        if letter in _DIFFERENCES:
            if not values:
                raise _no_table(rest, name)
            is_difference, step = True, float(_DIFFERENCES[letter] + digits)
            values.append(values[-1] + step)
        else:
            if letter in "+-" and not digits:
                raise _no_table(rest, name)
            value = float(_SQUEEZED.get(letter, letter) + digits)
            if not (is_check and is_first):
                is_difference, step = False, 0.0
                values.append(value)
            elif values[-1] != value:
                if not math.isfinite(values[-1]):
                    raise _no_table(rest, name)
                raise InputError(
                    f"{name} contradicts itself: a line of its table ends with {values[-1]:,.9g}, "
                    f"and the check on the next line is {value:,.9g}. Get the file again."
                )
        is_first = False
    if rest[end:].strip(" \t,\r"):
        raise _no_table(rest, name)
    return is_difference


def pairs(body: str, name: str) -> np.ndarray:
    """Return the points (n, 2) of a table (XY..XY).

    Parameters
    ----------
    body : str
        Lines of the table.
    name : str
        Of the file, for messages.

    Raises
    ------
    InputError
        A line that is none of a table, or a point without its second number.
    """
    rest = _PLAIN.sub("", body)
    if rest.strip(" \t\n,;"):
        raise _no_table(rest.strip(" \t\n,;"), name)
    numbers = np.array(_PLAIN.findall(body), float)
    if len(numbers) % 2:
        raise InputError(
            f"{name} holds {len(numbers):,} numbers in its table, which should be pairs of x and "
            "y. Get the file again."
        )
    return numbers.reshape(-1, 2)


def _no_table(line: str, name: str) -> InputError:
    return InputError(
        f"{name}: the line {' '.join(line.split())[:40]!r} is none of a table of JCAMP-DX. Get the "
        "file again, or export the echo as CSV."
    )
