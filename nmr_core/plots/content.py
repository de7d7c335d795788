"""Traces and layout of a figure as dictionaries of arrays, texts and numbers."""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go


def content(figure: go.Figure) -> tuple[list[dict], dict]:
    """Return copies of traces and layout; plotly's base64 arrays are decoded."""
    entries = _decoded(figure.to_dict())
    return entries["data"], entries["layout"]


def _decoded(value: Any) -> Any:
    if isinstance(value, dict):
        if "bdata" in value:
            return _array(value)
        return {key: _decoded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_decoded(entry) for entry in value]
    return value


def _array(value: dict) -> np.ndarray:
    array = np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"])
    shape = value.get("shape")
    return array if shape is None else array.reshape([int(n) for n in str(shape).split(",")])
