"""Parameters of VnmrJ (procpar): values, their units by their kind, and what was arrayed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from nmr_core.io.readers.damage import number_in

DELAY, PULSE = "3", "6"
"""Subtypes of parameters in s and in µs."""
_WORDS_OF_A_HEAD = 11


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    Attributes
    ----------
    subtype : str
        "3" for a delay in s, "6" for a pulse in µs.
    is_on : bool
        Whether it is in use.
    values : tuple of str
        One, or one per element of an array.
    """

    subtype: str
    is_on: bool
    values: tuple[str, ...]


@dataclass(frozen=True)
class Parameters:
    """Parameters by name."""

    by_name: Mapping[str, Parameter]

    def text(self, name: str) -> str:
        """Return the first value of a parameter; "" without it."""
        parameter = self.by_name.get(name)
        return parameter.values[0] if parameter is not None and parameter.values else ""

    def number(self, name: str) -> float | None:
        """Return the first value as a number; None where it is missing or none."""
        return number_in(self.text(name))

    def microseconds(self, name: str, value: str = "") -> float | None:
        """Return a delay or pulse in µs by its subtype; None for another parameter."""
        parameter = self.by_name.get(name)
        number = number_in(value or self.text(name))
        if parameter is None or number is None:
            return None
        return {DELAY: 1e6 * number, PULSE: number}.get(parameter.subtype)

    def arrayed(self, n_records: int) -> list[dict[str, str]]:
        """Return the values of the arrayed parameters for each record.

        Parameters
        ----------
        n_records : int
            How many records there are.

        Returns
        -------
        list of dict
            Name -> value; [] if nothing is arrayed, or the arrays give another number of records.

        Notes
        -----
        array='a,b' runs through b first; array='(a,b)' changes both together.
        """
        groups = _groups(self.text("array"))
        columns = []
        for names in groups:
            parameters = [self.by_name.get(name) for name in names]
            values = [parameter.values for parameter in parameters if parameter is not None]
            if len(values) < len(names) or len({len(one) for one in values}) != 1:
                return []
            rows = zip(*values, strict=True)
            columns.append([dict(zip(names, row, strict=True)) for row in rows])
        if not columns or math.prod(map(len, columns)) != n_records:
            return []
        return [
            {name: value for step in steps for name, value in step.items()}
            for steps in product(*columns)
        ]

    def swept(self, names: Sequence[str]) -> dict[str, int]:
        """Return how many values each arrayed parameter holds, and each of ``names`` with several.

        Parameters
        ----------
        names : sequence of str
            Parameters that a record has one value of, arrayed or not.
        """
        arrayed = [name for group in _groups(self.text("array")) for name in group]
        several = [name for name in names if name not in arrayed and self.n_values(name) > 1]
        return {name: self.n_values(name) for name in [*arrayed, *several]}

    def n_values(self, name: str) -> int:
        """Return how many values a parameter holds; 0 without it."""
        parameter = self.by_name.get(name)
        return 0 if parameter is None else len(parameter.values)


def _groups(text: str) -> list[list[str]]:
    """Names of "a,(b,c)" as [[a], [b, c]]."""
    groups: list[list[str]] = []
    depth, word = 0, ""
    for letter in text + ",":
        if letter in "(),":
            name = word.strip()
            if name and depth and groups:
                groups[-1].append(name)
            elif name:
                groups.append([name])
            word = ""
            if letter == "(":
                groups.append([])
            depth += {"(": 1, ")": -1}.get(letter, 0)
        else:
            word += letter
    return [group for group in groups if group]


def parsed(text: str) -> Parameters:
    """Return the parameters of a procpar; what cannot be read is left out.

    Parameters
    ----------
    text : str
        The file: of each parameter a head of 11 words, "n value ..." and a line of allowed values.
    """
    lines = text.split("\n")
    by_name: dict[str, Parameter] = {}
    k = 0
    while k + 1 < len(lines):
        head = lines[k].split()
        if len(head) < _WORDS_OF_A_HEAD or not head[0][0].isalpha():
            k += 1
            continue
        count, _, rest = lines[k + 1].partition(" ")
        k += 2
        if not count.isdigit():
            continue
        if head[2] == "2":
            values = [_quoted(rest)]
            while len(values) < min(int(count), len(lines) - k):
                values.append(_quoted(lines[k]))
                k += 1
        else:
            values = rest.split()
        by_name.setdefault(head[0], Parameter(head[1], head[9] != "0", tuple(values)))
        k += 1
    return Parameters(by_name)


def _quoted(text: str) -> str:
    return text.split('"')[1] if text.count('"') > 1 else text.strip().strip('"')
