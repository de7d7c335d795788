"""The base of all named pulse sequences."""

from collections.abc import Callable
from dataclasses import dataclass

from nmr_core.docstrings import description


@dataclass(frozen=True)
class Sequence:
    """A named pulse sequence.

    Parameters
    ----------
    name : str
        ASCII identifier, the key in ``SEQUENCES``.
    label : str
        Text for menus.
    function : callable
        Protocol -> tuple of ``Pulse`` and ``Steps``.
    parameters : tuple of str
        Fields of a ``Protocol`` that the sequence uses, besides the time grid.
    scheme : str
        Pulses and delays in one line.
    """

    name: str
    label: str
    function: Callable
    parameters: tuple[str, ...]
    scheme: str

    @property
    def help(self) -> str:
        """Help text for menus: the description of the function."""
        return description(self.function)
