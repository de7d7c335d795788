"""What a lab is: predict, move, number, explain, the same on echoes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from nmr_core.errors import InputError

if TYPE_CHECKING:
    import numpy as np

PROTOTYPE = "prototype of 2026-11-28"
"""Source of numbers that were measured with other programs before the labs were written."""
MEASURED = "0.11.0"
"""Source of numbers that were measured with the labs of this version."""
Value = int | float | str | bool
"""Value of a control."""
State = Mapping[str, Value]
"""Key of a control -> its value, of all controls of a lab."""


@dataclass(frozen=True)
class Control:
    """One thing that can be moved.

    Parameters
    ----------
    key : str
        Name in the address and in :data:`State`.
    label : str
        Beside the control, with its symbol and unit.
    options : tuple
        All values that it may have, in order; of bools for a switch.
    default : int, float, str or bool
        Value of the first picture.
    help : str
        One sentence.
    """

    key: str
    label: str
    options: tuple[Value, ...]
    default: Value
    help: str = ""

    def parse(self, text: str) -> Value:
        """The option that is written as ``text`` in an address, or is the same number.

        Raises
        ------
        InputError
            There is no such option.
        """
        for option in self.options:
            if str(option) == text or _same_number(option, text):
                return option
        raise InputError(
            f"{self.key} must be one of {', '.join(map(str, self.options))}, got {text[:40]!r}."
        )


def _same_number(option: Value, text: str) -> bool:
    """Whether a text is another form of a number, such as "1e-1" of 0.1."""
    if isinstance(option, bool | str):
        return False
    try:
        return float(text) == option
    except ValueError:
        return False


@dataclass(frozen=True)
class Guess:
    """What is predicted before the number is shown.

    Parameters
    ----------
    question : str
        One sentence.
    low, high : float
        Range of the guess.
    unit : str
        Unit of the guess; "" for none.
    log : bool
        Whether the scale is logarithmic.
    number : str
        Key of the :class:`Number` of the first picture's result that answers it.
    """

    question: str
    low: float
    high: float
    unit: str
    number: str
    log: bool = False


@dataclass(frozen=True)
class Number:
    """A measured number of a result.

    Parameters
    ----------
    key : str
        Name.
    label : str
        Display text, e.g. "test error".
    value : float
        NaN or infinity where the training diverged; ``note`` explains it.
    unit : str
        Unit; "" for none.
    note : str
        One sentence, e.g. why it is NaN.
    """

    key: str
    label: str
    value: float
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Result:
    """What one move computes; each lab adds its arrays.

    Parameters
    ----------
    numbers : tuple of Number
        The first is the one to look at.
    """

    numbers: tuple[Number, ...]

    def number(self, key: str) -> Number:
        """The number with a key."""
        return next(number for number in self.numbers if number.key == key)


@dataclass(frozen=True)
class Reference:
    """A number that a lab must reproduce within 10 %.

    Parameters
    ----------
    state : mapping
        Controls that differ from their defaults, the seed included.
    number : str
        Key of the number.
    value : float
        As measured.
    source : str
        Where it was measured.
    """

    state: State
    number: str
    value: float
    source: str


@dataclass(frozen=True)
class Parts:
    """The four parts of a lesson in machine learning, a sentence each."""

    data: str
    model: str
    cost: str
    optimiser: str


@dataclass(frozen=True)
class Code:
    """What reproduces a move outside of the app.

    Parameters
    ----------
    numpy : str
        A whole program with NumPy only, which prints the first number of the result. It reads the
        arrays of :meth:`Lab.data`, where there are any, from a variable ``DATA``.
    pytorch : str
        The same with PyTorch.
    """

    numpy: str
    pytorch: str


class Lab(ABC):
    """A lab. Derived classes set the attributes; :mod:`nmr_core.labs.registry` lists them.

    Attributes
    ----------
    number : int
        Place in the course.
    slug : str
        Name in the address, in files and of the module with its figures.
    title, lead : str
        Title; one or two sentences above the first picture, which already shows the failure.
    guess : Guess
        Question before the number.
    controls : tuple of Control
        What can be moved; the seed is one of them.
    explanation : str
        Two sentences.
    parts : Parts
        Data, model, cost, optimiser.
    on_echoes : str
        The same with echoes: one or two sentences.
    page : str
        Page of the app where it is done with echoes, e.g. "train"; "" for none.
    minutes : int
        How long it takes in a workshop.
    references : tuple of Reference
        Numbers to be reproduced.
    """

    number: ClassVar[int]
    slug: ClassVar[str]
    title: ClassVar[str]
    lead: ClassVar[str]
    guess: ClassVar[Guess]
    controls: ClassVar[tuple[Control, ...]]
    explanation: ClassVar[str]
    parts: ClassVar[Parts]
    on_echoes: ClassVar[str]
    page: ClassVar[str] = ""
    minutes: ClassVar[int] = 8
    references: ClassVar[tuple[Reference, ...]] = ()

    @abstractmethod
    def run(self, state: State) -> Result:
        """Compute one move.

        Parameters
        ----------
        state : mapping
            A value for every control, see :meth:`complete`.

        Returns
        -------
        Result
            The same for the same state, on every machine within rounding.
        """

    @abstractmethod
    def code(self, state: State) -> Code:
        """The programs that compute the same move."""

    def data(self) -> dict[str, "np.ndarray"]:
        """The arrays that the programs read from ``DATA`` in the notebook; empty if none."""
        return {}

    def complete(self, state: State | None = None) -> dict[str, Value]:
        """A value for every control, with the defaults for those that ``state`` lacks.

        Raises
        ------
        InputError
            ``state`` has a control or a value that the lab does not have.
        """
        values = {control.key: control.default for control in self.controls}
        for key, value in (state or {}).items():
            control = next((one for one in self.controls if one.key == key), None)
            if control is None:
                raise InputError(
                    f"The lab {self.slug} has the controls {', '.join(values)}, got {key[:40]!r}."
                )
            values[key] = control.parse(str(value))
        return values
