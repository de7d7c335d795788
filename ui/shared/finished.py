"""Figures that are not changed any more, as the JSON that is sent to the browser.

Plotly copies a figure twice before it makes JSON of it, which takes longer than all the rest of
sending it.
"""

from typing import Any

import plotly.graph_objects as go
from _plotly_utils.basevalidators import is_homogeneous_array
from _plotly_utils.utils import is_skipped_key, to_typed_array_spec
from plotly.io import to_json
from plotly.optional_imports import get_module

orjson = get_module("orjson")
"""A part of streamlit[performance]."""

_PLAIN = (str, int, float, bool, type(None))


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
        self.__dict__.update(figure.__dict__)
        sent = _Sent(_spec(figure))
        sent.json = to_json(dict(sent), validate=False)
        self.__dict__["_sent"] = sent

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
    if isinstance(value, _PLAIN):
        return value
    if is_skipped_key(key):
        return value
    return to_typed_array_spec(value) if is_homogeneous_array(value) else _encoded(value)
