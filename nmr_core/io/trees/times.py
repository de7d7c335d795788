"""The times that belong to a signal, found by their shape, their group and the tag of their name.

Candidates are kept in a table, so that a file of many groups takes a time in proportion to them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nmr_core.io.trees.names import parsed
from nmr_core.io.trees.tree import Leaf

MIN_POINTS = 16
"""Points of the shortest measurement; shorter arrays are lists of parameters."""
ELSEWHERE = 99
"""Levels between a signal and times that lie in no group around it."""
Tag = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Fit:
    """Times that fit a signal.

    Attributes
    ----------
    leaf : Leaf
        The times.
    is_longer : bool
        Whether they are one more than the points.
    axis : int
        Axis of the signal that they belong to, among those that are longer than 1.
    """

    leaf: Leaf
    is_longer: bool
    axis: int


class Times:
    """Arrays of times by shape, group and tag; of those that share all three, the best.

    Parameters
    ----------
    leaves : iterable of Leaf
        Candidates in the order of the file.
    """

    def __init__(self, leaves: Iterable[Leaf]):
        self.leaves = list(leaves)
        self._best: dict[
            tuple[tuple[int, ...], str | None, Tag | None], tuple[tuple[bool, int], Leaf]
        ] = {}
        for order, leaf in enumerate(self.leaves):
            name = parsed(leaf.name)
            rank = name.weak, order
            for group in (leaf.group, None):
                for tag in (name.tag, None):
                    key = leaf.lengths, group, tag
                    if key not in self._best or rank < self._best[key][0]:
                        self._best[key] = rank, leaf

    def of(self, signal: Leaf, tag: Tag) -> Fit | None:
        """Return the times that fit best; None if none do.

        Parameters
        ----------
        signal : Leaf
            First array of the signal.
        tag : tuple of str
            Words of its name, shared with its times.
        """
        best: tuple[tuple, Fit] | None = None
        for shape, is_longer, axis in _shapes(signal.lengths):
            for levels, group in enumerate(_groups_around(signal.group)):
                found = self._found(shape, group, tag)
                if found is None:
                    continue
                distance, (weak, order), leaf = found
                rank = (
                    ELSEWHERE if group is None else levels,
                    distance,
                    weak,
                    -leaf.size,
                    is_longer,
                    order,
                )
                if best is None or rank < best[0]:
                    best = rank, Fit(leaf, is_longer, axis)
                break
        return None if best is None else best[1]

    def _found(
        self, shape: tuple[int, ...], group: str | None, tag: Tag
    ) -> tuple[int, tuple[bool, int], Leaf] | None:
        """The best times of a group: with the tag of the signal, with none, with another."""
        tags: tuple[Tag | None, ...] = (tag, (), None)
        for distance, one in enumerate(tags):
            if (shape, group, one) in self._best:
                return distance, *self._best[shape, group, one]
        return None


def _shapes(lengths: Sequence[int]) -> Iterator[tuple[tuple[int, ...], bool, int]]:
    """(shape of times, whether they are one longer, axis) that fit; the last axis first."""
    shapes = set()
    if len(lengths) == 2:  # times of each curve
        yield tuple(lengths), False, 1
    for extra in (0, 1):
        # The last axis first, as in (n_samples, n_times)
        for axis in reversed(range(len(lengths))):
            shape = (lengths[axis] + extra,)
            if lengths[axis] >= MIN_POINTS and shape not in shapes:
                shapes.add(shape)
                yield shape, bool(extra), axis


def _groups_around(group: str) -> Iterator[str | None]:
    """The group, those around it, the top, and None for all others."""
    while group:
        yield group
        group = group.rpartition("/")[0]
    yield ""
    yield None
