"""A series of echoes: its items, the swept quantity, and groups of one protocol."""

from dataclasses import dataclass, field

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.series.quantity import Quantity

HEADER, NAME, GIVEN, NUMBER = "header", "file name", "given", "number"
"""Where values come from."""


@dataclass(frozen=True, eq=False)
class Item:
    """One echo of a series, or a file that could not be read.

    Attributes
    ----------
    path : str
        File, relative to the folder that was given.
    number : int
        Of the echo in its file, from 1.
    n_records : int
        Echoes of the file.
    measurement : Measurement, optional
        None for a file that could not be read.
    problem : str
        Why it could not be read; "" otherwise.
    value : float, optional
        Of the swept quantity; None: not known.
    """

    path: str
    number: int = 1
    n_records: int = 1
    measurement: Measurement | None = None
    problem: str = ""
    value: float | None = None

    @property
    def name(self) -> str:
        """File, and number of the echo where the file holds several."""
        return f"{self.path} {self.number}" if self.n_records > 1 else self.path


@dataclass(frozen=True)
class Candidate:
    """A quantity that may be the swept one.

    Attributes
    ----------
    source : str
        "header", "file name", "given" or "number".
    quantity : Quantity
    values : tuple of float or None
        One per item that was read.
    counts : bool
        Whether it looks like a counter of the files, not like a quantity.
    note : str
        What was assumed, such as the unit; "" for nothing.
    """

    source: str
    quantity: Quantity
    values: tuple[float | None, ...]
    counts: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        """What ``--by`` takes: "header:temperature"."""
        place = {HEADER: "header:", NAME: "name:"}.get(self.source, "")
        return f"{place}{self.quantity.name}"

    @property
    def known(self) -> list[float]:
        """Values that are known."""
        return [value for value in self.values if value is not None]

    @property
    def varies(self) -> bool:
        """Whether it takes more than one value."""
        return len(set(self.known)) > 1

    @property
    def spread(self) -> float:
        """Width of the values over their largest modulus, from 0 to 2."""
        largest = max(map(abs, self.known), default=0.0)
        return (max(self.known) - min(self.known)) / largest if largest else 0.0

    @property
    def words(self) -> str:
        """Range of the values and where they stand, for sentences."""
        low, high = min(self.known), max(self.known)
        number = self.quantity.text
        where = "numbers" if self.source == NUMBER else self.source
        return f"{self.quantity.name} ({number(low)} to {number(high)}, {where})"


@dataclass(frozen=True)
class Group:
    """Echoes of one protocol.

    Attributes
    ----------
    name : str
        The protocol in words.
    items : tuple of int
        Positions in ``Series.items``.
    difference : str
        What differs from the largest group; "" for that one.
    """

    name: str
    items: tuple[int, ...]
    difference: str = ""


@dataclass(frozen=True, eq=False)
class Series:
    """Echoes over a swept quantity.

    Attributes
    ----------
    items : tuple of Item
        In the order of their values.
    quantity : Quantity, optional
        None while ``question`` is open.
    source : str
        "header", "file name", "given" or "number".
    reason : str
        Why this quantity, in a sentence.
    question : str
        What has to be decided first; "" for nothing.
    candidates : tuple of Candidate
        What it may be, the most likely first.
    groups : tuple of Group
        Largest first.
    notes : tuple of str
        Sentences on missing and repeated values, mixed protocols and files left out.
    title : str
        Name of the folder or file.
    """

    items: tuple[Item, ...]
    quantity: Quantity | None = None
    source: str = ""
    reason: str = ""
    question: str = ""
    candidates: tuple[Candidate, ...] = ()
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = field(default=())
    title: str = "series"

    def __len__(self) -> int:
        return len(self.items)

    @property
    def read(self) -> list[Item]:
        """Items that were read."""
        return [item for item in self.items if item.measurement is not None]

    @property
    def problems(self) -> list[Item]:
        """Items that could not be read."""
        return [item for item in self.items if item.measurement is None]

    def group(self, number: int = 1) -> list[Item]:
        """Return the items of a group, the largest being number 1.

        Raises
        ------
        InputError
            There is no such group.
        """
        if not 1 <= number <= len(self.groups):
            raise InputError(
                f"There is no group {number}; the series holds {len(self.groups)} protocols. "
                f"Choose from 1 to {len(self.groups)}."
            )
        return [self.items[k] for k in self.groups[number - 1].items]
