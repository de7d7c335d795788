"""Figures that are not changed any more, as the JSON that is sent to the browser.

Plotly copies a figure twice before it makes JSON of it, which takes longer than all the rest of
sending it.
"""

from base64 import b64encode
from typing import Any

import numpy as np
import plotly.graph_objects as go
from _plotly_utils.basevalidators import is_homogeneous_array
from _plotly_utils.utils import is_skipped_key, to_typed_array_spec
from plotly.io import to_json
from plotly.optional_imports import get_module

from nmr_core.plots.unchecked import Unchecked

orjson = get_module("orjson")
"""A part of streamlit[performance]."""

_PLAIN = (str, int, float, bool, type(None))
_FLOATS = {np.dtype("float32"): "f4", np.dtype("float64"): "f8"}


class Finished(go.Figure):
    """A figure that is made JSON once, and not copied.

    Parameters
    ----------
    figure : Figure
        Not to be changed any more; its traces and layout are shared.

    Attributes
    ----------
    json : str
        As ``plotly.io.to_json`` returns it.
    """

    def __init__(self, figure: go.Figure) -> None:
        sent = _Sent(_spec(figure))
        sent.json = to_json(dict(sent), validate=False)
        self.__dict__ |= {"_sent": sent, "_source": figure}

    def __getattr__(self, name: str) -> Any:
        source = self.__dict__.pop("_source", None)
        if source is None:
            raise AttributeError(name)
        self.__dict__ |= {"_data": source._data} | source.__dict__
        return getattr(self, name)

    def __reduce__(self) -> tuple:
        return go.Figure, super().__reduce__()[1]

    @property
    def json(self) -> str:
        """The figure as JSON."""
        return self._sent.json

    def to_dict(self) -> dict:
        """Return the figure, ready for JSON; to be read only."""
        return self._sent


class _Sent(dict):
    """A figure as a dict, of which plotly makes JSON at once."""

    json = ""

    def to_plotly_json(self) -> Any:
        """Return what ``plotly.io.to_json`` writes, with orjson; the other encoder ignores it."""
        return orjson.Fragment(self.json) if orjson else dict(self)


def _spec(figure: go.Figure) -> dict:
    """The same as ``figure.to_dict()``, which copies all lists and arrays."""
    if isinstance(figure, Unchecked) and (unread := figure.unread):
        return _encoded(unread)
    spec = {"data": _encoded(figure._data), "layout": _encoded(figure._layout)}
    frames = [_encoded(frame._props) for frame in figure._frame_objs]
    return spec | ({"frames": frames} if frames else {})


def _encoded(value: Any) -> Any:
    """A copy of lists and dicts in which arrays are texts in base 64."""
    if isinstance(value, dict):
        return {key: _entry(key, entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [part if isinstance(part, _PLAIN) else _encoded(part) for part in value]
    return value


def _entry(key: str, value: Any) -> Any:
    if isinstance(value, _PLAIN) or is_skipped_key(key):
        return value
    if isinstance(value, dict | list | tuple):
        return _encoded(value)
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.size and value.dtype in _FLOATS:
        # As plotly does, without its look at what other kind of array this may be
        return {"dtype": _FLOATS[value.dtype], "bdata": b64encode(value.copy()).decode("ascii")}
    return to_typed_array_spec(value) if is_homogeneous_array(value) else value
