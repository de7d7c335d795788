"""The measurements in a tree: each signal with the times that belong to it, before they are read.

A signal is one complex or real array, or two channels. Its times are looked for in its own group,
then in the groups around it, then anywhere. They fit if an axis of the signal is as long as they
are, or one shorter, as where the end of the last point is stored too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.natural import natural
from nmr_core.io.trees.names import OTHER, Name, parsed, words
from nmr_core.io.trees.times import MIN_POINTS, Times
from nmr_core.io.trees.tree import Leaf, Tree

SPECTRAL = frozenset(("spectrum", "spectra", "fft", "ft", "ppm", "freq", "frequency", "hz"))
"""Words of arrays over frequency."""
FAMILIES = (("1", "2"), ("0", "1"), ("a", "b"), ("x", "y"), ("i", "q"), ("cos", "sin"))
"""Words by which the names of two channels differ."""


@dataclass(frozen=True, eq=False)
class Channels:
    """The arrays of one signal.

    Attributes
    ----------
    parts : tuple of Leaf
        One complex or real array, or two of equal shape.
    kind : str
        "one", "pair" (Re and Im), or "polar" (magnitude and phase).
    tag : tuple of str
        Words of the name, shared with the times that belong to it.
    magnitude : bool
        Whether a single array is a magnitude by its name.
    """

    parts: tuple[Leaf, ...]
    kind: str = "one"
    tag: tuple[str, ...] = ()
    magnitude: bool = False

    @property
    def first(self) -> Leaf:
        """The array that names the signal."""
        return self.parts[0]

    @property
    def words(self) -> str:
        """Its paths, for a sentence."""
        return " and ".join(part.path for part in self.parts)


@dataclass(frozen=True, eq=False)
class Record:
    """A signal and its times.

    Attributes
    ----------
    channels : Channels
    time : Leaf or None
        None: the file holds no times for it.
    axis : int
        Axis of time among those of the signal that are longer than 1.
    n_times : int
        Points of each of its curves.
    n_rows : int
        Curves.
    notes : list of str
        Sentences for the user.
    starts : tuple of int
        First point of each curve, where one array holds them one after the other.
    """

    channels: Channels
    time: Leaf | None
    axis: int
    n_times: int
    n_rows: int
    notes: list[str] = field(default_factory=list)
    starts: tuple[int, ...] = ()

    def part(self, row: int) -> slice:
        """The points of a curve among those along the axis of time."""
        if not self.starts:
            return slice(0, self.n_times)
        return slice(self.starts[row], (*self.starts, self.n_times)[row + 1])

    @property
    def path(self) -> str:
        """Group of the signal."""
        return self.channels.first.group


def find_records(tree: Tree, where: str, *, needs_times: bool = True) -> list[Record]:
    """Return the measurements of a tree in natural order of their paths.

    Parameters
    ----------
    tree : Tree
        Arrays of a file.
    where : str
        Name of the file, for messages.
    needs_times : bool
        False where a step is given, so that the times of the file do not count.

    Raises
    ------
    InputError
        If no array is a signal by its name, if a second channel may be lost, or if no times fit.
    """
    groups: dict[str, list[tuple[Leaf, Name]]] = {}
    for leaf in tree.leaves.values():
        place, name = _place(leaf)
        groups.setdefault(place, []).append((leaf, name))
    found = [
        (signal, group)
        for group in groups.values()
        for signal in _signals(group)
        if signal.first.size >= MIN_POINTS
    ]
    if not found:
        raise _no_signal(tree, where)
    leaves = [leaf for group in groups.values() for leaf in _times(group)] if needs_times else []
    times = Times(leaves)
    own = tree.unit is not None  # our own files: (n_samples, n_times)
    records = [
        (record_of(signal, times, where, strict=len(found) == 1, last_axis=own), group)
        for signal, group in found
    ]
    timed = [(record, group) for record, group in records if record.time is not None]
    open_by_group: dict[int, list[Leaf]] = {}
    for record, group in timed or records:
        if id(group) not in open_by_group:
            open_by_group[id(group)] = _open_arrays(group)
        _check_second_channel(record.channels, open_by_group[id(group)], where)
    return sorted(
        (record for record, _ in timed or records),
        key=lambda record: natural(record.channels.first.path),
    )


def _place(leaf: Leaf) -> tuple[str, Name]:
    """Group and name of an array; real/data is the array real of the group around it."""
    name = parsed(leaf.name)
    outer, _, inner = leaf.group.rpartition("/")
    of_group = parsed(inner)
    is_role = of_group.role in ("re", "im", "time", "magnitude", "phase")
    if is_role and not of_group.weak and not of_group.tag and name.role in ("signal", ""):
        return outer, of_group
    return leaf.group, name


def _no_signal(tree: Tree, where: str) -> InputError:
    long = [leaf for leaf in tree.leaves.values() if leaf.size >= MIN_POINTS]
    if long and all(not SPECTRAL.isdisjoint(words(leaf.name)) for leaf in long):
        return InputError(
            f"{where} holds a spectrum ({tree.listed}), no curve in time. Write the echo in time."
        )
    if tree.leaves and not long:
        return InputError(
            f"{where} has only short arrays: {tree.listed}. An echo needs at least {MIN_POINTS} "
            "points."
        )
    return InputError(
        f"{where} has no array that is called signal, or re and im; it has {tree.listed}. "
        "Choose the arrays."
    )


def split_where_times_restart(record: Record, where: str) -> Record:
    """Return a record of several curves, where one array holds them one after the other.

    Parameters
    ----------
    record : Record
        Of one curve.
    where : str
        Name of the file, for messages.
    """
    if record.time is None or record.n_rows > 1 or record.time.values.ndim != 1:
        return record
    steps = np.diff(record.time.values[: record.n_times].astype(float))
    restarts = np.flatnonzero(steps < 0) + 1
    if not len(restarts) or len(restarts) > len(steps) / MIN_POINTS:
        return record
    starts = (0, *map(int, restarts))
    if min(np.diff((*starts, record.n_times))) < MIN_POINTS:
        return record
    note = (
        f"{where}: the times of {record.time.path} begin again {len(restarts):,} times, so "
        f"{len(starts):,} measurements are read."
    )
    return replace(record, n_rows=len(starts), starts=starts, notes=[*record.notes, note])


def record_of(
    channels: Channels, times: Times, where: str, *, strict: bool, last_axis: bool = False
) -> Record:
    """Return a signal with the times that fit best.

    Parameters
    ----------
    channels : Channels
        The signal.
    times : Times
        Candidates.
    where : str
        Name of the file, for messages.
    strict : bool
        Whether times that do not fit are an error; else the record has none.
    last_axis : bool
        Whether the last of several axes that fit is the axis of time.

    Raises
    ------
    InputError
        If no axis fits, or several do and none is known to be the axis of time.
    """
    lengths = channels.first.lengths
    own_axis = channels.first.long_time_axis
    fit = times.of(channels.first, channels.tag)
    if fit is not None:
        n_times = lengths[fit.axis]
        if own_axis is not None and lengths[own_axis] == n_times:
            fit = replace(fit, axis=own_axis)
        elif not last_axis and len(fit.leaf.lengths) == 1 and lengths.count(n_times) > 1:
            raise _unclear_axis(channels.first, fit.leaf, where)
        notes = []
        if fit.is_longer:
            notes.append(
                f"{where}: {fit.leaf.path} holds {n_times + 1:,} times for {n_times:,} points of "
                f"{channels.first.path}; the last time is left out."
            )
        return Record(channels, fit.leaf, fit.axis, n_times, _rows(lengths, fit.axis), notes)
    if times.leaves and strict:
        shapes = ", ".join(leaf.words for leaf in times.leaves[:3])
        raise InputError(
            f"{where}: no axis of {channels.first.words} is as long as its times, {shapes}. Write "
            "one time per point."
        )
    axis = _longest(lengths) if own_axis is None else own_axis
    notes = []
    if own_axis is None and not last_axis and sum(n >= MIN_POINTS for n in lengths) > 1:
        notes.append(
            f"{where}: no times tell which axis of {channels.first.words} is the time; axis "
            f"{axis + 1} was taken. Choose {channels.first.path}.T if it is the other way round."
        )
    return Record(channels, None, axis, lengths[axis], _rows(lengths, axis), notes)


def _unclear_axis(signal: Leaf, time: Leaf, where: str) -> InputError:
    return InputError(
        f"{where}: {signal.words} has several axes as long as {time.path}. Choose the arrays "
        f"{time.path},{signal.path} if the last axis is the time, or {time.path},{signal.path}.T "
        "if it is the first."
    )


def _longest(lengths: Sequence[int]) -> int:
    """The last axis if it is long enough for a measurement, else the longest."""
    last = len(lengths) - 1
    return last if lengths[last] >= MIN_POINTS else int(np.argmax(lengths))


def _rows(lengths: Sequence[int], axis: int) -> int:
    return int(np.prod([n for k, n in enumerate(lengths) if k != axis], dtype=object))


def _times(group: Sequence[tuple[Leaf, Name]]) -> list[Leaf]:
    """Arrays that are times by their names; x only where nothing else is."""
    real = [(leaf, name) for leaf, name in group if leaf.is_real and leaf.size >= MIN_POINTS]
    times = [leaf for leaf, name in real if name.role == "time"]
    return times or [leaf for leaf, name in real if name.role == "x"]


def _signals(group: Sequence[tuple[Leaf, Name]]) -> list[Channels]:
    """The signals of one group, by tag."""
    has_time = any(name.role == "time" for leaf, name in group if leaf.size >= MIN_POINTS)
    company = {name.role for _, name in group}
    by_tag: dict[tuple[str, ...], dict[str, list[tuple[Leaf, Name]]]] = {}
    for leaf, name in group:
        role = _in_company(name.role, company, has_time)
        by_tag.setdefault(name.tag, {}).setdefault(role, []).append((leaf, name))
    signals = []
    for tag, roles in by_tag.items():
        signals += _of_one_tag(tag, roles)
    return signals or (_family(group) if has_time else [])


def _family(group: Sequence[tuple[Leaf, Name]]) -> list[Channels]:
    """The only two arrays beside the times, where their names differ as those of channels do."""
    others = [
        leaf
        for leaf, name in group
        if not name.role and leaf.is_real and leaf.size >= MIN_POINTS
        and OTHER.isdisjoint(words(leaf.name))
    ]  # fmt: skip
    if len(others) != 2 or others[0].lengths != others[1].lengths:
        return []
    first, second = (words(leaf.name) for leaf in others)
    if len(first) != len(second):
        return []
    differing = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    if len(differing) == 1 and tuple(sorted(differing[0])) in FAMILIES:
        return [Channels(tuple(sorted(others, key=lambda leaf: natural(leaf.name))), "pair")]
    return []


def _in_company(role: str, others: set[str], has_time: bool) -> str:
    """The role of x, y and i, which depends on the other arrays."""
    if role == "x":
        return "re" if has_time and "y" in others else "time"
    if role == "y":
        return "im" if has_time and "x" in others else "signal"
    if role == "i":
        return "im" if "re" in others else "re"
    return role


def _of_one_tag(tag: tuple[str, ...], roles: dict[str, list[tuple[Leaf, Name]]]) -> list[Channels]:
    first = {role: arrays[0][0] for role, arrays in roles.items()}
    strong = [leaf for leaf, name in roles.get("signal", []) if not name.weak]
    complex_ = [leaf for leaf, _ in roles.get("signal", []) if not leaf.is_real]
    if complex_ or (strong and "im" not in first):
        return [Channels((leaf,), tag=tag) for leaf in complex_ or strong]
    for pair, kind in ((("re", "im"), "pair"), (("magnitude", "phase"), "polar")):
        parts = tuple(first[role] for role in pair if role in first)
        if len(parts) == 2 and parts[0].lengths == parts[1].lengths:
            return [Channels(parts, kind, tag)]
    if "re" in first and not first["re"].is_real:
        return [Channels((first["re"],), tag=tag)]
    signal = strong or [leaf for leaf, _ in roles.get("signal", [])]
    if signal:
        return [Channels((leaf,), tag=tag) for leaf in signal]
    for role in ("re", "magnitude", "im"):
        if role in first:
            return [Channels((first[role],), tag=tag, magnitude=role == "magnitude")]
    return []


def _open_arrays(group: Sequence[tuple[Leaf, Name]]) -> list[Leaf]:
    """Real arrays of a group whose names leave open whether they are a channel."""
    return [
        leaf
        for leaf, name in group
        if name.role in ("", "phase") and leaf.is_real and OTHER.isdisjoint(words(leaf.name))
    ]


def _check_second_channel(channels: Channels, others: Sequence[Leaf], where: str) -> None:
    """Ask where another array may be the second channel of a real signal."""
    first = channels.first
    if channels.kind != "one" or not first.is_real:
        return
    for leaf in others:
        if leaf is not first and leaf.lengths == first.lengths:
            raise InputError(
                f"{where}: {first.path} is real, and {leaf.path} is as long: it may be the second "
                f"channel. Choose the arrays: time, {first.path} and {leaf.path}, or time and "
                f"{first.path} alone."
            )
