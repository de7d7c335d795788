"""Figures and tables are made once per object, view and theme, within a budget of bytes."""

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io
import plotly.tools
import pytest

from nmr_core.plots import DARK
from ui.shared import once


@pytest.fixture(autouse=True)
def forgotten():
    once.clear()
    yield
    once.clear()


def _figure() -> go.Figure:
    x = np.arange(100.0)
    return go.Figure(go.Scatter(x=x, y=x**2), layout={"title": {"text": "M"}})


def _sent(figure: go.Figure) -> dict:
    """The figure as Streamlit sends it."""
    read = plotly.tools.return_figure_from_figure_or_data(figure, validate_figure=True)
    return json.loads(plotly.io.to_json(read, validate=False))


def test_a_finished_figure_is_sent_unchanged_again_and_again():
    finished = once.figure(_figure, "view")
    assert _sent(finished) == _sent(_figure())
    assert _sent(finished) == _sent(_figure())
    assert once.figure(lambda: pytest.fail("drawn again"), "view") is finished


def test_each_palette_has_a_figure_of_its_own(monkeypatch):
    light = once.figure(_figure, "view")
    monkeypatch.setattr(once, "palette", lambda: DARK)
    dark = once.figure(_figure, "view")
    assert dark is not light
    assert once.figure(_figure, "view") is dark


def test_a_finished_figure_can_be_read_and_copied():
    finished = once.figure(_figure, "view")
    assert finished.layout.title.text == "M"
    copied = go.Figure(finished).update_layout(title="other")
    assert copied.to_dict()["layout"]["title"]["text"] == "other"
    assert finished.to_dict()["layout"]["title"]["text"] == "M"


def test_objects_are_compared_by_identity_and_values_by_value():
    one, equal = pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]})
    assert once.table(lambda: 1, one, "a", (1, 2.0)) == 1
    assert once.table(lambda: 2, one, "a", (1, 2.0)) == 1
    assert once.table(lambda: 3, equal, "a", (1, 2.0)) == 3
    assert once.table(lambda: 4, one, "b", (1, 2.0)) == 4


def test_numbers_that_are_equal_but_not_the_same_have_their_own_values():
    values = [1, 1.0, True, 0, 0.0, False, (1,), (1.0,), (True,), ((1,),), ((True,),), "1", None]
    assert [once.table(lambda k=k: k, value) for k, value in enumerate(values)] == [*range(13)]
    assert [once.table(lambda: None, value) for value in values] == [*range(13)]


def test_the_oldest_are_dropped_beyond_the_budget(monkeypatch):
    large = pd.DataFrame({"a": np.zeros(1000)})
    monkeypatch.setattr(once, "BUDGET", 3 * once._size(large))
    for k in range(5):
        once.table(lambda: large.copy(), k)
    assert [key[1] for key in once._values] == [(int, 2), (int, 3), (int, 4)]


def test_an_error_is_not_kept():
    with pytest.raises(ZeroDivisionError):
        once.table(lambda: 1 / 0, "view")
    assert once.table(lambda: 1, "view") == 1
