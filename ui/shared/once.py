"""What pages show of stored objects, computed, drawn and made ready to send once for all visitors.

Drawing a figure and making it JSON takes 5 to 10 ms, sending a finished one again a tenth of one.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from nmr_core.storage.workspace import data_folder
from ui.shared.figure import palette
from ui.shared.finished import Finished

BUDGET = 64_000_000
"""Bytes of figures and tables that are kept, about."""
MOST = 1000
"""Values that are kept."""
_lock = threading.Lock()
_values: OrderedDict[tuple, tuple[Any, int]] = OrderedDict()


class _Same:
    """An object as part of a key: equal to itself only, and alive as long as the key."""

    def __init__(self, value: object):
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def figure(build: Callable[[], go.Figure], *key: object) -> go.Figure:
    """Return a figure from the cache, or draw it.

    Parameters
    ----------
    build : callable
        Draws the figure, with all that has to be computed for it.
    *key : object
        All that determines the figure but the palette of the page: a name of the view, options, and
        objects that are read or computed once (those of :mod:`ui.shared.compute`). Texts, numbers
        and tuples of them are compared by value, everything else by identity.
    """
    return _value(lambda: Finished(build()), "figure", palette(), *key)


def table(build: Callable[[], Any], *key: object) -> Any:
    """Return a table, or what else does not depend on the theme, from the cache, or compute it.

    The parameters are those of :func:`figure`; the result is shared and to be read only.
    """
    return _value(build, "table", *key)


def _value(build: Callable[[], Any], *key: object) -> Any:
    hashable = (*(_part(part) for part in key), str(data_folder()))
    with _lock:
        if hashable in _values:
            _values.move_to_end(hashable)
            return _values[hashable][0]
    value = build()
    with _lock:
        _values[hashable] = value, _size(value)
        size = sum(n_bytes for _, n_bytes in _values.values())
        while len(_values) > 1 and (size > BUDGET or len(_values) > MOST):
            size -= _values.popitem(last=False)[1][1]
    return value


def _part(part: object) -> Hashable:
    """A key that differs for 1, 1.0 and True, which are equal and have the same hash."""
    if isinstance(part, tuple):
        return tuple, tuple(map(_part, part))
    return (type(part), part) if isinstance(part, str | int | float | None) else _Same(part)


def _size(value: object) -> int:
    """Bytes of a value, about."""
    if isinstance(value, Finished):
        return 2 * len(value.json)
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(deep=True).sum())
    return 1000


def clear() -> None:
    """Forget everything."""
    with _lock:
        _values.clear()
