"""How many bytes one reading may decode: counted by every reader before it decodes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from nmr_core.errors import InputError

MAX_BYTES = 4_000_000_000
"""Bytes that are decoded at most, where no budget is set."""
MAX_TEXT = 1000
"""Bytes of one text among the values of a column."""


@dataclass
class Budget:
    """Bytes of one reading.

    Attributes
    ----------
    most : float
        Bytes that may be decoded.
    spent : float
        Bytes that were decoded.
    """

    most: float = MAX_BYTES
    spent: float = 0.0


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limited(most: float) -> Iterator[Budget]:
    """Let everything that is read inside decode at most ``most`` bytes together."""
    budget = Budget(most)
    token = _current.set(budget)
    try:
        yield budget
    finally:
        _current.reset(token)


def check(n_bytes: float, name: str) -> None:
    """Refuse a value of more bytes than may be decoded.

    Parameters
    ----------
    n_bytes : float
        Bytes in memory.
    name : str
        What to call it in the sentence.

    Raises
    ------
    InputError
        There is not so much left.
    """
    budget = _current.get() or Budget()
    if budget.spent + n_bytes > budget.most:
        raise InputError(
            f"{name} holds {_size(budget.spent + n_bytes)} when it is decoded, at most "
            f"{_size(budget.most)} are read here. Split it, or read it on the command line."
        )


def spend(n_bytes: float, name: str) -> None:
    """Count a value that is decoded now; see :func:`check`."""
    check(n_bytes, name)
    budget = _current.get()
    if budget is not None:
        budget.spent += n_bytes


def left() -> float:
    """Bytes that may still be decoded."""
    budget = _current.get() or Budget()
    return budget.most - budget.spent


def check_text(n_bytes: int, name: str) -> None:
    """Refuse a text that is too long for a value; see :class:`InputError`."""
    if n_bytes > MAX_TEXT:
        raise InputError(
            f"{name} holds a text of {n_bytes:,} characters, at most {MAX_TEXT:,} are read. "
            "Shorten it."
        )


def _size(n_bytes: float) -> str:
    return f"{n_bytes / 1e9:,.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:,.0f} MB"
