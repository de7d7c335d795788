"""Figures in the style of papers: size, frame, colours that also differ in grey, legend inside."""

import numpy as np
import plotly.io
import pytest

from nmr_core import preset, simulate
from nmr_core.errors import InputError
from nmr_core.plots import (
    DARK,
    LIGHT,
    Panel,
    bands_figure,
    echo_figure,
    parity_figure,
    parity_grid_figure,
    sweep_lines_figure,
)
from nmr_core.plots.layout import FONT_SIZE, axis, figure
from nmr_core.plots.paper import PIXELS_PER_MM, Paper, on_paper, sized
from nmr_core.plots.traces import line
from nmr_core.simulator.shape import EchoShape

TARGET = {"label": "α (MHz)", "low": 0.0, "high": 1.0}
TIME = np.linspace(0, 10, 50)


def _panel(name="α"):
    values = np.linspace(0, 1, 30)
    return Panel(name, values, values**2, 0.9, LIGHT.of("ridge"), np.arange(30))


def _figures(palette):
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5).build()
    shapes = EchoShape(*np.full((4, 3), 0.2))
    return {
        "echo": echo_figure(simulate(small, seed=0), palette),
        "parity": parity_figure(_panel(), TARGET, palette),
        "grid": parity_grid_figure([_panel(name) for name in "abcde"], TARGET, palette),
        "bands": bands_figure(TIME, np.random.default_rng(0).random((40, 50)), palette, "|M|"),
        "two panels": sweep_lines_figure(np.arange(3.0), shapes, "x", palette),
    }


@pytest.mark.parametrize("name", _figures(LIGHT))
def test_every_figure_is_white_framed_and_without_a_title(palette, name):
    drawn = on_paper(_figures(palette)[name], Paper())
    assert drawn.layout.paper_bgcolor == drawn.layout.plot_bgcolor == "white"
    assert not drawn.layout.title.text
    for one in [*drawn.select_xaxes(), *drawn.select_yaxes()]:
        assert one.linecolor == "black"
        assert one.mirror in ("ticks", "all")
    text = drawn.to_json().upper()
    assert not [colour for colour in (*DARK.series, DARK.ink) if colour in text]


@pytest.mark.parametrize("width", [86.0, 178.0])
@pytest.mark.parametrize("size", [7.0, 12.0])
def test_text_has_the_chosen_size_when_the_picture_has_the_chosen_width(width, size):
    drawn = on_paper(_figures(LIGHT)["echo"], Paper(width, size))
    scale = width * PIXELS_PER_MM / drawn.layout.width
    assert drawn.layout.font.size * scale * 72 / 96 == pytest.approx(size, rel=1e-3)
    assert sized(_figures(LIGHT)["echo"], Paper(width, size)).layout.width == drawn.layout.width


def test_a_slide_is_sixteen_by_nine():
    layout = on_paper(_figures(LIGHT)["echo"], Paper(254.0, 16.0, slide=True)).layout
    assert layout.width / layout.height == pytest.approx(16 / 9, rel=1e-3)


def test_curves_differ_without_colour():
    traces = on_paper(_figures(LIGHT)["echo"], Paper()).data
    assert len({trace.line.dash for trace in traces}) == len(traces) == 3


def test_the_key_above_becomes_a_legend():
    drawn = on_paper(_figures(LIGHT)["echo"], Paper())
    assert [trace.name for trace in drawn.data if trace.showlegend] == ["|M|", "Re M", "Im M"]
    assert "━" not in drawn.to_json()


@pytest.mark.parametrize(
    ("curve", "corner"),
    [
        (TIME, [("left", "top"), ("right", "bottom")]),
        (-TIME, [("right", "top"), ("left", "bottom")]),
    ],
)
def test_the_legend_stands_where_no_curve_is(curve, corner):
    traces = [line(TIME, curve, "one", LIGHT.series[0]), line(TIME, curve, "two", LIGHT.series[1])]
    drawn = on_paper(figure(traces, LIGHT, axis("x", LIGHT), axis("y", LIGHT)), Paper())
    legend = drawn.layout.legend
    assert (legend.xanchor, legend.yanchor) in corner


def test_a_legend_that_would_hide_curves_stands_above():
    x = np.tile(TIME, 40)
    y = np.repeat(np.linspace(0, 1, 40), 50)
    traces = [line(x, y, name, LIGHT.series[k]) for k, name in enumerate("ab")]
    drawn = on_paper(figure(traces, LIGHT, axis("x", LIGHT), axis("y", LIGHT)), Paper())
    assert drawn.layout.legend.y > 1


def test_narrow_panels_move_to_further_rows_with_their_titles():
    grid = _figures(LIGHT)["grid"]
    drawn = on_paper(grid, Paper())
    columns = {one.domain[0] for one in drawn.select_xaxes()}
    assert len(columns) == 2
    titles = [note for note in drawn.layout.annotations if "R²" in note.text]
    corners = {
        (round(one.domain[0], 6), round(other.domain[1], 6))
        for one, other in zip(drawn.select_xaxes(), drawn.select_yaxes(), strict=True)
    }
    assert {(round(note.x, 6), round(note.y, 6)) for note in titles} == corners
    wide = on_paper(grid, Paper(400.0))
    assert len({one.domain[0] for one in wide.select_xaxes()}) == 5


def test_a_figure_read_from_its_file_looks_the_same(tmp_path):
    drawn = _figures(LIGHT)["echo"]
    drawn.write_json(tmp_path / "echo.json")
    again = plotly.io.read_json(tmp_path / "echo.json")
    assert on_paper(again, Paper()).to_json() == on_paper(drawn, Paper()).to_json()


def test_the_figure_of_the_screen_is_left_alone():
    drawn = _figures(LIGHT)["echo"]
    before = drawn.to_json()
    on_paper(drawn, Paper())
    assert drawn.to_json() == before
    assert drawn.layout.font.size == FONT_SIZE


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 10.0}, "width of a figure must be 40 to 500 mm"),
        ({"font_size": 2.0}, "font size of a figure must be 5 to 24 pt"),
        ({"typeface": "comic"}, "must be one of sans, serif"),
    ],
)
def test_impossible_sizes_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        Paper(**options)


def test_stacked_panels_have_ticks_only_where_their_common_axis_is():
    traces = [{"type": "scatter", "y": [1, 2], "yaxis": name} for name in ("y", "y2")]
    panels = figure(
        traces,
        LIGHT,
        axis("t", LIGHT),
        axis("a", LIGHT, domain=[0, 0.4]),
        yaxis2=axis("b", LIGHT, domain=[0.6, 1]),
    )
    layout = on_paper(panels).layout
    assert layout.xaxis.mirror == "all"
    assert layout.yaxis.mirror == layout.yaxis2.mirror == "ticks"
