"""Figures that plotly does not check."""

from functools import cache
from typing import Any

import plotly.graph_objects as go
from plotly.io import templates


class Unchecked(go.Figure):
    """A figure of dictionaries, which plotly reads when a part of the figure is used.

    Reading them takes longer than all the rest of drawing. A page sends :attr:`unread` as it is.

    Parameters
    ----------
    traces : list of dict
        Traces, with the names that plotly.js knows.
    layout : dict
        Layout, likewise.
    """

    def __init__(self, traces: list[dict], layout: dict[str, Any]) -> None:
        self.__dict__["_unread"] = traces, layout

    def __getattr__(self, name: str) -> Any:
        traces, layout = self.__dict__.pop("_unread", (None, None))
        if traces is None:
            raise AttributeError(name)
        super().__init__(data=traces, layout=layout, _validate=False)
        return getattr(self, name)

    def __reduce__(self) -> tuple:
        return go.Figure, super().__reduce__()[1]

    @property
    def unread(self) -> dict[str, Any] | None:
        """Traces and layout with the default template, to be read only; None once they are read."""
        traces, layout = self.__dict__.get("_unread", (None, {}))
        if traces is None:
            return None
        default = templates.default
        template = {} if default is None else {"template": _template(default)}
        return {"data": traces, "layout": template | layout}


@cache
def _template(name: str) -> dict[str, Any]:
    """A template as a figure has it; reading one takes as long as the rest of a figure."""
    return go.Figure(layout={"template": name})._layout["template"]
