"""Figures that plotly does not check are those that it would have made."""

import copy
import json
import pickle

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io
import pytest

from nmr_core import preset, simulate
from nmr_core.parameters import Parameter
from nmr_core.plots import DARK, LIGHT, bands_figure, echo_figure, layout, prior_figure
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.unchecked import Unchecked

TIME = np.arange(50.0)
VALUES = np.random.default_rng(0).normal(size=(30, 50))
TABLE = pd.DataFrame({"a": VALUES[:, 0], "b": np.exp(VALUES[:, 1])})
A = Parameter("a", "a", "", -5, 5, 0)
B = Parameter("b", "b", "MHz", 0.01, 50, 1, scale="log")


@pytest.fixture(scope="module")
def echo():
    return simulate(preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5).build())


DRAWN = {
    "echo": lambda palette, echo: echo_figure(echo, palette),
    "pinned": lambda palette, echo: echo_figure(
        echo, palette, ("|M|",), np.abs(echo.signal), {"<a>": echo, "b": echo, "c": echo}
    ),
    "bands": lambda palette, echo: bands_figure(TIME, VALUES, palette, "|M|", VALUES[0], 5),
    "bands alone": lambda palette, echo: bands_figure(TIME, VALUES, palette, "|M|"),
    "prior": lambda palette, echo: prior_figure(TABLE, A, B, palette, 3),
    "prior, none chosen": lambda palette, echo: prior_figure(TABLE, B, A, palette),
}


def _read(figure: go.Figure) -> dict:
    return json.loads(plotly.io.to_json(figure, validate=False))


@pytest.mark.parametrize("template", [plotly.io.templates.default, "plotly_dark", None])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("name", DRAWN)
def test_plotly_would_have_made_the_same_figure(name, palette, template, echo, monkeypatch):
    monkeypatch.setattr(plotly.io.templates, "default", template)
    drawn = DRAWN[name](palette, echo)
    assert isinstance(drawn, Unchecked)
    unread = dict(drawn.unread)
    monkeypatch.setattr(layout, "Unchecked", lambda traces, layout: go.Figure(traces, layout))
    checked = _read(DRAWN[name](palette, echo))
    assert _read(go.Figure(unread)) == checked
    assert _read(drawn) == checked
    assert drawn.unread is None


@pytest.mark.parametrize(
    "use",
    [
        lambda drawn: drawn.update_layout(height=99).layout.height == 99,
        lambda drawn: len(go.Figure(drawn).data) == 1,
        lambda drawn: len(copy.deepcopy(drawn).data) == 1,
        lambda drawn: len(pickle.loads(pickle.dumps(drawn)).data) == 1,
        lambda drawn: drawn.add_scatter(x=[1]) is drawn and len(drawn.data) == 2,
        lambda drawn: drawn == go.Figure(drawn.to_dict()),
        lambda drawn: not hasattr(drawn, "_no_such_attribute"),
    ],
)
def test_it_can_be_used_as_any_figure(use):
    traces = [{"type": "scatter", "x": TIME, "y": TIME}]
    drawn = figure(traces, LIGHT, axis("t", LIGHT), axis("y", LIGHT), checked=False)
    assert use(drawn)


def test_what_was_changed_is_sent():
    traces = [{"type": "scatter", "x": TIME, "y": TIME}]
    drawn = figure(traces, LIGHT, axis("t", LIGHT), axis("y", LIGHT), checked=False)
    drawn.update_layout(height=99)
    assert drawn.unread is None
    assert _read(drawn)["layout"]["height"] == 99
