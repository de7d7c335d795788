"""What pages show of stored objects, computed, drawn and made ready to send once for all visitors.

Drawing a figure and making it JSON takes 5 to 10 ms, sending a finished one again a tenth of one.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from nmr_core.storage.workspace import data_folder, independent
from ui.shared.figure import palette
from ui.shared.finished import Finished

BUDGET = 64_000_000
"""Bytes of figures and tables that are kept, about."""
MOST = 5000
"""Values that are kept."""
_lock = threading.Lock()
_values: OrderedDict[tuple, tuple[Any, int, tuple]] = OrderedDict()
"""Key -> value, bytes, and the parts of the key, whose identities are in it."""
_total = 0
"""Bytes of all values."""


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


def common_figures(
    build: Callable[[], Mapping[str, go.Figure]], *key: object
) -> dict[str, go.Figure]:
    """Return figures that do not depend on the data folder from the cache, or draw them.

    The parameters are those of :func:`figure`; ``build`` returns name -> figure, and cannot read
    the data folder.
    """

    def finished() -> dict[str, go.Figure]:
        with independent("common_figures"):
            return {name: Finished(drawn) for name, drawn in build().items()}

    return _cached(finished, _key("figures", palette(), *key), key)


def table(build: Callable[[], Any], *key: object) -> Any:
    """Return a table, or what else does not depend on the theme, from the cache, or compute it.

    The parameters are those of :func:`figure`; the result is shared and to be read only.
    """
    return _value(build, "table", *key)


def _value(build: Callable[[], Any], *key: object) -> Any:
    return _cached(build, (*_key(*key), str(data_folder())), key)


def _key(*parts: object) -> tuple[Hashable, ...]:
    return tuple(_part(part) for part in parts)


def _cached(build: Callable[[], Any], hashable: tuple, parts: tuple) -> Any:
    """The value under a key; ``parts`` are the objects whose identities are in the key."""
    global _total
    with _lock:
        if hashable in _values:
            _values.move_to_end(hashable)
            return _values[hashable][0]
    value = build()
    n_bytes = _size(value)
    with _lock:
        _forget(hashable)
        _values[hashable] = value, n_bytes, parts
        _total += n_bytes
        while len(_values) > 1 and (_total > BUDGET or len(_values) > MOST):
            _forget(next(iter(_values)))
    return value


def _forget(hashable: tuple) -> None:
    global _total
    if hashable in _values:
        _total -= _values.pop(hashable)[1]


def _part(part: object) -> Hashable:
    """A key that differs for 1, 1.0 and True, which are equal and have the same hash."""
    if isinstance(part, str):
        return part
    if isinstance(part, tuple):
        return tuple, *map(_part, part)
    if part is None or isinstance(part, int | float):
        return type(part), part
    # The object lives as long as its entry, so that no other one gets this number
    return object, id(part)


def _size(value: object) -> int:
    """Bytes of a value, about."""
    if isinstance(value, Finished):
        return 2 * len(value.json)
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(deep=True).sum())
    return getattr(value, "nbytes", 1000)


def clear() -> None:
    """Forget everything."""
    global _total
    with _lock:
        _values.clear()
        _total = 0
