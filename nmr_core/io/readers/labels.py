"""Labels of JCAMP-DX: ``##LABEL= value``, and ``##$LABEL= value`` of a vendor.

Bruker's files of parameters (acqus) are written in them as well, so that its parameters are found
the same way in both containers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nmr_core.io.readers.damage import number_in

_BREAK = re.compile(r"^[ \t]*##", re.MULTILINE)
_RANGE = re.compile(r"\(\s*0\s*\.\.\s*\d+\s*\)")
_COMMENT = re.compile(r"\$\$.*")


def key_of(label: str) -> str:
    """Return a label as it is compared: upper case, without spaces, dashes, slashes, underlines."""
    return re.sub(r"[\s\-/_]", "", label).upper()


def entries(text: str) -> list[tuple[str, str]]:
    """Return all (label, value) of a text in their order; comments ($$) are left out.

    Parameters
    ----------
    text : str
        A whole file.
    """
    found = []
    for part in _BREAK.split(text)[1:]:
        label, equals, value = part.partition("=")
        if equals:
            value = _COMMENT.sub("", value) if "$$" in value else value
            found.append((key_of(label), value.strip()))
    return found


@dataclass(frozen=True)
class Labels:
    """Values by label; the first of several.

    Attributes
    ----------
    values : mapping of str to str
        By :func:`key_of` their label; a vendor's with "$" before it.
    """

    values: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> "Labels":
        """Labels of a text."""
        return cls.first(entries(text))

    @classmethod
    def first(cls, pairs: list[tuple[str, str]]) -> "Labels":
        """Labels of (label, value), the first value of each."""
        values: dict[str, str] = {}
        for key, value in pairs:
            values.setdefault(key, value)
        return cls(values)

    def text(self, label: str) -> str:
        """Return a value as text, without the brackets <> of a string; "" without it."""
        value = self.values.get(key_of(label), "")
        inner = value.lstrip("<").partition(">")[0] if value.startswith("<") else value
        return " ".join(inner.split())

    def number(self, label: str) -> float | None:
        """Return a value as a number; None where it is missing or none."""
        return number_in(self.text(label))

    def integer(self, label: str, default: int | None = None) -> int | None:
        """Return a value as a whole number."""
        value = self.number(label)
        return default if value is None or value != int(value) else int(value)

    def array(self, label: str) -> list[float]:
        """Return the numbers of ``(0..n) a b c ...``; [] where one is none."""
        value = self.values.get(key_of(label), "")
        if not _RANGE.match(value):
            return []
        numbers = [number_in(word) for word in _RANGE.sub("", value, count=1).split()]
        return [] if None in numbers else [float(number or 0) for number in numbers]

    def entry(self, label: str, index: int) -> float | None:
        """Return one number of an array; None without it."""
        values = self.array(label)
        return values[index] if index < len(values) else None

    def column(self, label: str, index: int) -> str:
        """Return one of the comma-separated entries of a value; "" without it."""
        parts = [part.strip() for part in self.values.get(key_of(label), "").split(",")]
        return parts[index] if index < len(parts) else ""
