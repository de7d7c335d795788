"""Blocks of training data, which a model goes through again and again."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple, Protocol

import numpy as np

State = dict[str, np.ndarray]
"""State of a training: name -> array."""


class Block(NamedTuple):
    """Some rows.

    X (n, n_features), y (n, n_targets) or (n,), weights (n,) or None (all 1), and the number of the
    sample of each row (n,); None: every row is a sample of its own.
    """

    X: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None = None
    samples: np.ndarray | None = None


class Blocks(Protocol):
    """Blocks in an order that depends on the number of the pass and on nothing else."""

    def epoch(self, number: int, skip: int = 0) -> Iterator[Block]:
        """Return the blocks of a pass, without the first ``skip``."""


class Keeper(Protocol):
    """Where a training stores its state, so that another process can continue it."""

    def load(self) -> State:
        """Return the state that was stored last; {} if there is none."""

    def save(self, state: Callable[[], State], at_once: bool = False) -> None:
        """Store ``state()``, if the last one is old enough or ``at_once``."""


class Forgetful:
    """Keeper of a training that cannot be continued."""

    def load(self) -> State:
        """Return {}."""
        return {}

    def save(self, state: Callable[[], State], at_once: bool = False) -> None:
        """Store nothing."""


class Repeated:
    """Any repeatable batches (X, y) or (X, y, weight) as :class:`Blocks`."""

    def __init__(self, batches: Iterable):
        self.batches = batches

    def epoch(self, number: int, skip: int = 0) -> Iterator[Block]:
        """Return the batches in the order that they come in."""
        return (Block(*batch) for batch in islice(self.batches, skip, None))


def as_blocks(batches: Any) -> Blocks:
    """:class:`Blocks`, or repeatable batches, as :class:`Blocks`."""
    return batches if hasattr(batches, "epoch") else Repeated(batches)
