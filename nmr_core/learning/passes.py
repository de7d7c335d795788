"""Passes over the parts of the features: the same blocks for the same number of the pass."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from nmr_core.learning.feature_parts import Part
from nmr_core.models.blocks import Block
from nmr_core.weights import unequal

BLOCK_BYTES = 64e6
"""Features of a block; a block is at least one part."""


class Parts(Protocol):
    """Where parts are read from."""

    def read(self, index: int) -> Part:
        """Return a part."""


class Passes:
    """Blocks of neighbouring parts, whose order is drawn anew for every pass.

    Parameters
    ----------
    parts : Parts
    rows : sequence of int arrays
        Which rows of each part are used, and in which order.
    seed : int
        Of the order.
    """

    def __init__(self, parts: Parts, rows: Sequence[np.ndarray], seed: int):
        self.parts = parts
        self.rows = rows
        self.seed = seed
        self.used = [k for k, own in enumerate(rows) if len(own)]

    @property
    def n_rows(self) -> int:
        """Rows of one pass."""
        return sum(map(len, self.rows))

    def epoch(self, number: int, skip: int = 0) -> Iterator[Block]:
        """Return the blocks of a pass, without the first ``skip``."""
        order = np.random.default_rng([self.seed, number]).permutation(self.used)
        for group in self._groups(order)[skip:]:
            yield self._block(group)

    def _groups(self, order: np.ndarray) -> list[list[int]]:
        """Neighbours in this order, about :data:`BLOCK_BYTES` each."""
        if not len(order):
            return []
        row_bytes = self.parts.read(int(order[0])).X[:1].nbytes
        sizes = np.array([len(self.rows[k]) * row_bytes for k in order])
        place = ((np.cumsum(sizes) - sizes) // BLOCK_BYTES).astype(int)
        return [group.tolist() for group in np.split(order, np.flatnonzero(np.diff(place)) + 1)]

    def _block(self, group: Sequence[int]) -> Block:
        parts = [(self.parts.read(k), self.rows[k]) for k in group]
        weights = np.concatenate([part.weights[rows] for part, rows in parts])
        return Block(
            np.concatenate([part.X[rows] for part, rows in parts]),
            np.concatenate([part.y[rows] for part, rows in parts]),
            unequal(weights),
            np.concatenate([part.samples[rows] for part, rows in parts]),
        )
