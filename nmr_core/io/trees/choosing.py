"""The arrays of a measurement by the paths that were chosen: time, signal, or time, re and im."""

import re
from dataclasses import replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.natural import natural
from nmr_core.io.trees.records import Channels, Record, record_of
from nmr_core.io.trees.times import Times
from nmr_core.io.trees.tree import Leaf, Tree

TURNED = ".T"
"""End of the name of an array with its axes in reverse order, as in NumPy."""
_PART = re.compile(r"(.+)\[(\d{1,6})\]$")


def chosen_records(
    tree: Tree, columns: tuple[str, ...], where: str, *, needs_times: bool = True
) -> list[Record]:
    """Return the measurements of the chosen arrays, in natural order of their groups.

    Parameters
    ----------
    tree : Tree
        Arrays of a file.
    columns : tuple of str
        (time, re, im), each the path of an array, or a name that is the end of paths in several
        groups; "" for none. ``signal[2]`` is the second curve of an array of curves,
        ``signal.T`` an array with its axes in reverse order.
    where : str
        Name of the file, for messages.
    needs_times : bool
        False where a step is given.

    Raises
    ------
    InputError
        For a name that no array has, and where Re and Im have unequal shapes.
    """
    time, re_, im = (*columns, "", "")[:3]
    signals = _named(tree, re_, where)
    seconds = _named(tree, im, where) if im else []
    times = _named(tree, time, where) if time and needs_times else []
    candidates = Times(times)
    by_group: dict[str, list[Leaf]] = {}
    for second in seconds:
        by_group.setdefault(second.group, []).append(second)
    records = []
    for leaf in signals:
        parts: tuple[Leaf, ...] = (leaf,)
        if im:
            parts = (leaf, _companion(leaf, by_group, where))
            if parts[0].lengths != parts[1].lengths:
                raise InputError(
                    f"{where}: {parts[0].words} and {parts[1].words} are not alike. Choose two "
                    "arrays of equal shape."
                )
        channels = Channels(parts, "pair" if im else "one")
        records.append(record_of(channels, candidates, where, strict=True, last_axis=True))
    return sorted(records, key=lambda record: natural(record.channels.first.path))


def _named(tree: Tree, name: str, where: str) -> list[Leaf]:
    """The arrays with this path, or whose paths end with this name."""
    part = _PART.match(name)
    if part and name not in tree.leaves:
        return [_curve(leaf, int(part[2]), where) for leaf in _named(tree, part[1], where)]
    if name in tree.leaves:
        return [tree.leaves[name]]
    if name.endswith(TURNED):
        return [_turned(leaf) for leaf in _named(tree, name.removesuffix(TURNED), where)]
    small = name.lower().strip("/")
    ends = [
        leaf
        for path, leaf in tree.leaves.items()
        if path.lower() == small or path.lower().endswith(f"/{small}")
    ]
    if not ends:
        raise InputError(
            f"{where} has no array {name[:60]!r}; it has {tree.listed}. Choose one of them."
        )
    return ends


def _turned(leaf: Leaf) -> Leaf:
    """An array with its axes in reverse order."""
    return replace(
        leaf,
        path=f"{leaf.path}{TURNED}",
        shape=leaf.shape[::-1],
        load=lambda: leaf.load().T,
        part=None,
        time_axis=None,
    )


def _companion(leaf: Leaf, by_group: dict[str, list[Leaf]], where: str) -> Leaf:
    """The array in the same group, or the only one."""
    same = by_group.get(leaf.group, [])
    if len(same) == 1:
        return same[0]
    others = list(by_group.values())
    if len(others) == 1 and len(others[0]) == 1:
        return others[0][0]
    raise InputError(
        f"{where}: there are {len(same)} arrays for the second channel of {leaf.path}. Choose "
        "arrays by their whole paths."
    )


def _curve(leaf: Leaf, number: int, where: str) -> Leaf:
    """One curve of an array of curves, along its shortest axis."""
    lengths = leaf.lengths
    axis = lengths.index(2) if 2 in lengths else int(np.argmin(lengths)) if lengths else -1
    if len(lengths) < 2 or not 1 <= number <= lengths[axis]:
        holds = f"{lengths[axis]:,} curves" if len(lengths) > 1 else "no list of curves"
        raise InputError(
            f"{where}: {leaf.words} has {holds}, so there is no curve {number} in it. Choose "
            "another number."
        )
    return replace(
        leaf,
        path=f"{leaf.path}[{number}]",
        shape=lengths[:axis] + lengths[axis + 1 :],
        load=lambda: np.take(leaf.values, number - 1, axis=axis),
        part=None,
        time_axis=None,
    )
