"""What every named pulse sequence offers."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc


@dataclass(frozen=True)
class Sequence:
    """A pulse sequence with a name.

    name       : ASCII identifier, the key in ``SEQUENCES``
    label      : as menus show it
    function   : Protocol -> its events, a tuple of Pulse and Steps
    parameters : the fields of a Protocol that it uses, besides the grid
    scheme     : pulses and delays in one line
    """

    name: str
    label: str
    function: Callable
    parameters: tuple[str, ...]
    scheme: str

    @property
    def help(self) -> str:
        """The text of the function, for the app."""
        return getdoc(self.function) or ""
