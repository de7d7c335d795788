"""A finished figure is sent as plotly would send it, and made JSON once."""

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io
import plotly.tools
import pytest

from nmr_core import preset, simulate
from nmr_core.plots import DARK, LIGHT, echo_figure
from nmr_core.plots.palette import Palette
from ui.shared import finished
from ui.shared.finished import Finished

X = np.arange(6)
FIGURES = {
    "numbers": go.Figure(go.Scatter(x=X, y=X / 3)),
    "small": go.Figure(go.Scatter(x=X.astype("int8"), y=X.astype("float32"))),
    "large": go.Figure(go.Scatter(x=X + 2**40, y=[1, None, float("nan"), 4, 5, 6])),
    "plane": go.Figure(go.Heatmap(z=np.outer(X, X), x=X, customdata=np.ones((6, 6, 2)))),
    "texts": go.Figure(go.Scatter(x=np.array(list("<>/&é\u2028")), y=pd.Series(X), text="</b>")),
    "times": go.Figure(go.Scatter(x=pd.date_range("2026-11-29", periods=6), y=pd.Index(X))),
    "empty": go.Figure(go.Scatter(x=np.empty(0), y=[])),
    "nested": go.Figure(
        go.Scatter(x=X, y=X, marker={"color": X * 1.0, "size": np.array([1, 2, 3, 4, 5, 6])}),
        layout={"xaxis": {"range": np.array([0.0, 1.0]), "tickvals": X}, "title": "M"},
    ),
    "tuples": go.Figure(go.Table(cells={"values": ((1, 2), (X, "a"))}), layout={"height": 300}),
    "frames": go.Figure(go.Scatter(x=X), frames=[go.Frame(data=[go.Scatter(x=X * 2)])]),
    "uid": go.Figure(go.Scatter(x=X, uid="a"), layout={"shapes": [{"type": "line", "x0": X[1]}]}),
    "unchecked": go.Figure({"data": [{"type": "scatter", "x": X}]}, _validate=False),
}


def _json(figure: go.Figure) -> str:
    """What Streamlit sends."""
    read = plotly.tools.return_figure_from_figure_or_data(figure, validate_figure=True)
    return plotly.io.to_json(read, validate=False)


@pytest.mark.parametrize("engine", ["orjson", "json"])
@pytest.mark.parametrize("kind", FIGURES)
def test_every_kind_is_sent_as_by_plotly(kind, engine, monkeypatch):
    pytest.importorskip("orjson")
    monkeypatch.setattr(plotly.io.json.config, "default_engine", engine)
    before = FIGURES[kind].to_json()
    assert _json(Finished(FIGURES[kind])) == _json(FIGURES[kind])
    assert FIGURES[kind].to_json() == before


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_an_echo_is_sent_as_by_plotly(palette: Palette):
    echo = simulate(preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5).build())
    figure = echo_figure(echo, palette)
    sent = Finished(figure)
    assert figure.unread, "it is sent as it was drawn, plotly does not read it"
    assert json.loads(_json(sent)) == json.loads(_json(figure))
    assert sent.data == figure.data
    assert sent.layout == figure.layout


def test_it_is_made_json_once(monkeypatch):
    sent = Finished(FIGURES["plane"])
    monkeypatch.setattr(finished, "_encoded", lambda value: pytest.fail("encoded again"))
    assert _json(sent) == _json(sent) == sent.json


def test_without_orjson_it_is_sent_too(monkeypatch):
    monkeypatch.setattr(finished, "orjson", None)
    assert _json(Finished(FIGURES["plane"])) == _json(FIGURES["plane"])
