"""Arrays that are whole tables: their columns as time, Re and Im."""

from dataclasses import replace

import numpy as np

from nmr_core.io.trees.names import parsed
from nmr_core.io.trees.times import MIN_POINTS
from nmr_core.io.trees.tree import Leaf, Tree


def with_columns(tree: Tree) -> tuple[Tree, list[str]]:
    """Return a tree whose tables are split into columns, and a note on each.

    Parameters
    ----------
    tree : Tree
        Arrays of a file. An array of two or three columns is a table where the file holds no
        times: of three the first must run one way; of two it is the time if it does.
    """
    if any(parsed(leaf.name).role in ("time", "x") for leaf in tree.leaves.values()):
        return tree, []
    leaves: dict[str, Leaf] = {}
    notes = []
    for path, leaf in tree.leaves.items():
        names = _names(leaf)
        if not names:
            leaves[path] = leaf
            continue
        for k, name in enumerate(names):
            column = _column(leaf, k, name)
            leaves[column.path] = column
        notes.append(f"The columns of {path} were taken as {', '.join(names)}.")
    return replace(tree, leaves=leaves), notes


def _names(leaf: Leaf) -> tuple[str, ...]:
    """What the columns of an array are; () if it is no table."""
    lengths = leaf.lengths
    if len(lengths) != 2 or not leaf.is_real:
        return ()
    if min(lengths) not in (2, 3) or max(lengths) < MIN_POINTS:
        return ()
    steps = np.diff(_values(leaf, 0).astype(float))
    runs = bool((steps > 0).all() or (steps < 0).all())
    if min(lengths) == 3:
        return ("time", "re", "im") if runs else ()
    return ("time", "re") if runs else ("re", "im")


def _values(leaf: Leaf, column: int) -> np.ndarray:
    return np.take(leaf.values, column, axis=int(np.argmin(leaf.lengths)))


def _column(leaf: Leaf, k: int, name: str) -> Leaf:
    return replace(
        leaf,
        path=f"{leaf.path}/{name}",
        shape=(max(leaf.lengths),),
        load=lambda: _values(leaf, k),
        part=None,
        time_axis=None,
        unit=leaf.unit if name == "time" else "",
    )
