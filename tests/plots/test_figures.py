"""Figures: what is drawn, what the axes say, and that no data set makes one that a browser cannot carry."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nmr_core import Echo, Parameter, preset, simulate
from nmr_core.models import MODELS
from nmr_core.plots import (
    COMPONENTS,
    CONFIG,
    DARK,
    LIGHT,
    bands_figure,
    echo_figure,
    leaderboard_figure,
    overlay_figure,
    parity_figure,
    prior_figure,
    residual_figure,
    training_figure,
)
from nmr_core.plots.layout import plain
from nmr_core.plots.palette import faded
from nmr_core.pulses import Pulse

ALPHA = {"label": "α (MHz)", "symbol": "α", "unit": "MHz", "low": 0.0, "high": 0.2}
BUDGET = 3_000_000  # bytes of JSON a figure
HEX = re.compile(r"#[0-9A-F]{6}")


@pytest.fixture(scope="module")
def echo():
    return simulate(preset("ml4sci_2020").build(n_x=8, n_y=8), seed=0)


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request):
    return request.param


def _size(figure) -> int:
    return len(figure.to_json())


def _axes(figure) -> tuple[str, str]:
    return figure.layout.xaxis.title.text, figure.layout.yaxis.title.text


def _marks(figure) -> list[list[float]]:
    """Times of the pulses and of the echoes, as drawn."""
    return [
        [float(t) for t in re.findall(r"M([^,]+),", shape.path)] for shape in figure.layout.shapes
    ]


def _recorded(angles, pulse_times, echo_times, end: float) -> Echo:
    """A record of any protocol, as far as a figure looks at it."""
    time = np.linspace(0, end, 50)
    protocol = SimpleNamespace(
        pulses=tuple(Pulse(angle, 0, 1) for angle in angles),
        pulse_times=tuple(pulse_times),
        echo_times=tuple(echo_times),
    )
    return Echo(
        time, 0.5 * np.exp(2j - time / end), np.zeros(50), SimpleNamespace(protocol=protocol)
    )


def _train(n: int) -> Echo:
    return _recorded(
        [90] + n * [180], [0, *np.arange(n) * 20 + 10], np.arange(1, n + 1) * 20, 20 * n + 10
    )


FID = _recorded([90], [0], [], 60)


def _drawn(trace) -> int:
    return int(np.isfinite(np.asarray(trace.y, dtype=float)).sum())


def _board(n: int, title: str = "Ridge on raw curve") -> pd.DataFrame:
    value = np.linspace(0.1, 0.3, n)
    return pd.DataFrame(
        {
            "run": [f"run-{k:04d}" for k in range(n)],
            "title": title,
            "value": value,
            "low": value - 0.02,
            "high": value + 0.03,
            "baseline": 0.33,
        }
    )


def test_an_echo_has_a_trace_a_component_and_marks_its_pulses(echo, palette):
    figure = echo_figure(echo, palette)
    assert [trace.name for trace in figure.data] == list(COMPONENTS)
    assert _axes(figure) == ("time t (µs)", "polarisation M per spin")
    assert [note.text for note in figure.layout.annotations if note.xref != "paper"] == [
        "90°",
        "180°",
        "echo",
    ]
    assert [note.x for note in figure.layout.annotations if note.xref != "paper"] == pytest.approx(
        [0, 157 / np.pi, 314 / np.pi]
    )
    assert [shape.line.dash for shape in figure.layout.shapes] == ["dash", "dot"]
    assert _marks(figure) == [pytest.approx([0, 157 / np.pi]), pytest.approx([314 / np.pi])]
    assert np.allclose(figure.data[0].y, np.abs(echo.signal), atol=1e-6)
    assert np.allclose(figure.data[2].y, echo.signal.imag, atol=1e-6)


@pytest.mark.parametrize("components", [("|M|",), ("Re M",), ("Re M", "Im M"), ()], ids=str)
def test_only_the_chosen_components_are_drawn(echo, components):
    figure = echo_figure(echo, LIGHT, components)
    assert [trace.name for trace in figure.data] == list(components)
    assert figure.layout.yaxis.range[0] == (0.0 if components == ("|M|",) else -0.52)


def test_a_component_has_the_same_colour_whatever_else_is_shown(echo, palette):
    colours = {trace.name: trace.line.color for trace in echo_figure(echo, palette).data}
    assert all(
        echo_figure(echo, palette, (name,)).data[0].line.color == colour
        for name, colour in colours.items()
    )


def test_axes_do_not_move_with_the_curve(echo):
    other = simulate(echo.experiment.replace(gamma_3=0.001), seed=1)
    a, b = (echo_figure(e, LIGHT).layout for e in (echo, other))
    assert (a.xaxis.range, a.yaxis.range) == (b.xaxis.range, b.yaxis.range)


def test_the_uncoupled_curve_is_dotted(echo, palette):
    figure = echo_figure(echo, palette, uncoupled=np.zeros(len(echo.time)))
    assert (figure.data[-1].line.dash, figure.data[-1].name) == ("dot", "|M| without coupling")
    assert len(figure.data) == len(COMPONENTS) + 1


@pytest.mark.parametrize(
    ("train", "texts"),
    [
        (FID, ["90°"]),
        (_train(2), ["90°", "180°", "180°", "echo", "echo"]),
        (_train(7), ["90°"] + 7 * ["180°"] + 7 * ["echo"]),
        (_train(8), ["90°", "180°", "180°"] + 8 * ["echo"]),
        (_train(100), ["90°", "180°", "180°"] + 8 * ["echo"]),
        (_recorded([90, 22.5, 180], [0, 30, 30], [], 60), ["90°", "22.5° 180°"]),
    ],
    ids=["fid", "2", "7", "8", "100", "composite"],
)
def test_every_pulse_and_echo_has_a_mark_but_not_always_a_label(train, texts):
    figure = echo_figure(train, LIGHT)
    protocol = train.experiment.protocol
    assert _marks(figure) == [
        list(times) for times in (protocol.pulse_times, protocol.echo_times) if times
    ]
    assert [note.text for note in figure.layout.annotations if note.xref != "paper"] == texts
    assert figure.layout.annotations[0].x == 0
    if len(protocol.pulse_times) > 8:
        assert [note.x for note in figure.layout.annotations[:3]] == [
            0,
            10,
            protocol.pulse_times[-1],
        ]


def test_a_real_protocol_has_what_the_figure_marks(echo):
    figure = echo_figure(
        simulate(echo.experiment.replace(sequence="cpmg", n_echoes=3, tau=10.0)), LIGHT
    )
    assert [note.text for note in figure.layout.annotations if note.xref != "paper"] == [
        "90°"
    ] + 3 * ["180°"] + 3 * ["echo"]


def test_pinned_echoes_are_thin_magnitudes_in_styles_of_their_own(echo, palette):
    pinned = {f"<b>{k}": other for k, other in enumerate([FID, _train(3), echo, echo, echo, echo])}
    figure = echo_figure(echo, palette, uncoupled=np.zeros(len(echo.time)), pinned=pinned)
    drawn = figure.data[len(COMPONENTS) + 1 :]
    assert [trace.name for trace in drawn] == [f"‹b›{k}" for k in range(6)]
    assert {trace.line.width for trace in drawn} == {1.6}
    assert np.allclose(drawn[1].y, np.abs(_train(3).signal), atol=1e-6)
    assert len(drawn[0].x) == 50
    assert not {trace.line.color for trace in drawn} & {
        trace.line.color for trace in figure.data[: len(COMPONENTS)]
    }
    assert len({(trace.line.color, trace.line.dash) for trace in figure.data}) == len(figure.data)
    marks = [note.text for note in figure.layout.annotations if note.xref != "paper"]
    assert marks == ["90°", "180°", "echo"], "the marks are those of the echo itself"


def test_the_time_axis_holds_the_longest_record(echo):
    longer = _recorded([90], [0], [], 400)
    assert echo_figure(echo, LIGHT).layout.xaxis.range[1] == pytest.approx(echo.time[-1])
    assert echo_figure(echo, LIGHT, pinned={"a": FID, "b": longer}).layout.xaxis.range == (-4, 400)
    assert overlay_figure({"a": FID, "b": longer}, LIGHT).layout.xaxis.range == (-4, 400)
    assert echo_figure(echo, LIGHT, pinned={"a": FID}).layout.xaxis.range[1] == pytest.approx(
        echo.time[-1]
    )


def test_overlaid_protocols_show_the_marks_that_they_share(echo):
    short, long = _train(2), _train(4)
    assert _marks(overlay_figure({"2": short, "4": long}, LIGHT)) == [[0, 10, 30], [20, 40]]
    assert _marks(overlay_figure({"fid": FID, "4": long}, LIGHT)) == [[0]]
    other = _recorded([90, 120, 180], [0, 10, 30], [20, 40], 50)
    assert _marks(overlay_figure({"2": short, "β₂ = 120°": other}, LIGHT)) == [[0, 30], [20, 40]]


def test_overlaid_echoes_are_named_and_coloured_apart(echo, palette):
    figure = overlay_figure({f"α = {k}": echo for k in range(3)}, palette)
    assert [trace.name for trace in figure.data] == ["α = 0", "α = 1", "α = 2"]
    assert len({trace.line.color for trace in figure.data}) == 3
    assert _axes(figure) == ("time t (µs)", "|M| per spin")


def test_bands_of_many_curves_are_light(palette):
    values = np.random.default_rng(0).normal(size=(5000, 471)).astype(np.float32)
    figure = bands_figure(
        np.linspace(0, 150, 471), values, palette, "|M| per spin", values[3], n_drawn=200
    )
    assert _size(figure) < BUDGET
    assert [trace.name for trace in figure.data] == [
        "5–95 %",
        "5–95 %",
        "25–75 %",
        "25–75 %",
        "median",
        "200 curves",
        "chosen curve",
    ]
    assert _axes(figure) == ("time t (µs)", "|M| per spin")
    assert _drawn(figure.data[5]) == 200 * 471


def test_bands_are_the_percentiles():
    values = np.arange(101.0)[:, None] * np.ones(4)
    figure = bands_figure(np.arange(4.0), values, LIGHT, "y")
    assert [float(trace.y[2]) for trace in figure.data] == [95, 5, 75, 25, 50]
    assert len(figure.data) == 5


def test_sampled_curves_are_separated_by_gaps():
    values = np.ones((10, 6))
    thin = bands_figure(np.arange(6.0), values, LIGHT, "y", n_drawn=3).data[5]
    assert len(thin.x) == len(thin.y) == 3 * 7
    assert np.isnan(thin.y[[6, 13, 20]]).all()
    assert np.isnan(thin.x[[6, 13, 20]]).all()


@pytest.mark.parametrize("n", [1, 2])
def test_bands_of_next_to_nothing(n):
    figure = bands_figure(np.arange(4.0), np.ones((n, 4)), LIGHT, "y", np.ones(4), n_drawn=50)
    assert figure.data[5].name == f"{n} curves"


X, Y = Parameter("a", "α", "MHz", 0, 1, 0.5), Parameter("x", "ξ", "sites", 0, 20, 10)


def test_the_prior_shows_at_most_2000_points_and_marks_the_chosen_one(palette):
    table = pd.DataFrame(np.random.default_rng(0).uniform(size=(100_000, 2)), columns=["a", "x"])
    figure = prior_figure(table, X, Y, palette, chosen=77)
    assert _axes(figure) == ("α (MHz)", "ξ (sites)")
    assert len(figure.data[0].x) == 2000
    assert (figure.data[1].x[0], figure.data[1].y[0]) == tuple(table.iloc[77])
    assert _size(figure) < BUDGET


def test_the_prior_of_one_sample():
    table = pd.DataFrame({"a": [0.5], "x": [3.0]})
    assert len(prior_figure(table, X, Y, LIGHT, chosen=0).data) == 2
    assert len(prior_figure(table, X, X, LIGHT).data) == 1


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(1)
    true = rng.uniform(0, 0.2, 50_000)
    return true, true + rng.normal(0, 0.01, 50_000)


def test_parity_draws_every_curve_the_identity_and_r2(many, palette):
    true, predicted = (values[:500] for values in many)
    figure = parity_figure(true, predicted, ALPHA, 0.98765, palette, "#0072B2", "α", np.arange(500))
    points, identity = figure.data
    assert (points.type, len(points.x)) == ("scatter", 500)
    assert list(identity.x) == list(identity.y) == pytest.approx([-0.01, 0.21])
    assert figure.layout.title.text == "α  R² = 0.988"
    assert _axes(figure) == ("true α (MHz)", "predicted α (MHz)")
    assert figure.layout.xaxis.range == figure.layout.yaxis.range


@pytest.mark.parametrize("n", [0, 1, 2])
def test_parity_of_next_to_nothing(n):
    figure = parity_figure(np.full(n, 0.1), np.full(n, 0.1), ALPHA, float("nan"), LIGHT, "#0072B2")
    assert len(figure.data) == 2


def test_parity_far_outside_of_the_prior_keeps_its_axes(many):
    true, predicted = (values[:100] for values in many)
    figure = parity_figure(true, predicted * 1e6, ALPHA, -1e9, LIGHT, "#0072B2")
    assert figure.layout.yaxis.range == pytest.approx((-0.01, 0.21))


def test_residuals_with_their_quantiles(many, palette):
    figure = residual_figure(*many, ALPHA, palette, "#0072B2", "α")
    assert [trace.name for trace in figure.data] == ["curves", "5 %", "median", "95 %"]
    assert np.allclose(figure.data[2].y, 0, atol=1e-3)
    assert np.allclose(figure.data[3].y, 0.01645, rtol=0.1)
    assert len(figure.data[0].x) == 5000
    assert _axes(figure) == ("true α (MHz)", "predicted − true α (MHz)")
    low, high = figure.layout.yaxis.range
    assert low == -high
    assert _size(figure) < BUDGET


@pytest.mark.parametrize("n", [1, 3])
def test_residuals_of_next_to_nothing(n):
    figure = residual_figure(np.full(n, 0.1), np.full(n, 0.1), ALPHA, LIGHT, "#0072B2")
    assert len(figure.data) == 4
    assert len(figure.data[2].x) == 0


def test_user_text_in_a_figure_has_no_angle_brackets(echo):
    board = leaderboard_figure(
        _board(1, "<a href='https://example.org'>run</a>"), {"run-0000": "#0072B2"}, LIGHT, "error"
    )
    parity = parity_figure(np.ones(3), np.ones(3), ALPHA, 1.0, LIGHT, "#0072B2", "<b>x</b>")
    residual = residual_figure(np.ones(3), np.ones(3), ALPHA, LIGHT, "#0072B2", "<i>x</i>")
    for figure, text in (
        (board, board.data[0].y[0]),
        (parity, parity.layout.title.text),
        (residual, residual.layout.title.text),
    ):
        assert not set("<>") & set(text)
        assert "‹" in text
        assert "href='https" not in figure.layout.title.text
    assert plain("a < b > c") == "a ‹ b › c"


def test_training_marks_the_epoch_that_was_kept(palette):
    curve = np.array([[0.5, 1.0], [0.3, 0.4], [0.2, 0.6]])
    figure = training_figure(curve, palette, "#009E73")
    assert [trace.name for trace in figure.data] == ["training", "validation", "kept"]
    assert (figure.data[2].x[0], figure.data[2].y[0]) == (2, 0.4)
    assert np.allclose(figure.data[0].y, [1.0, 0.6, 0.4]), (
        "scikit-learn reports half the mean square"
    )
    assert figure.layout.yaxis.type == "log"
    assert len(training_figure(curve[:1], palette, "#009E73").data) == 3


def test_palettes_are_distinct(palette):
    everything = [*palette.series, palette.ink, palette.faint]
    assert len(set(everything)) == len(everything)
    assert all(HEX.fullmatch(colour) for colour in (*everything, *palette.diverging))
    rgb = np.array([[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for colour in palette.series])
    distance = np.linalg.norm(rgb[:, None] - rgb[None], axis=2) + 999 * np.eye(len(rgb))
    assert distance.min() > 50


def _luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize(
    ("palette", "page"), [(LIGHT, "#FFFFFF"), (DARK, "#14171D")], ids=["light", "dark"]
)
def test_lines_and_text_stand_out_from_the_page(palette, page):
    def contrast(colour):
        a, b = sorted((_luminance(colour), _luminance(page)))
        return (b + 0.05) / (a + 0.05)

    assert contrast(palette.ink) > 7
    assert min(contrast(colour) for colour in palette.series) > 2


def test_a_model_has_its_own_colour_everywhere(palette):
    known = ("mean", "ridge", "random_forest", "mlp")
    assert len({palette.of(name) for name in known}) == len(known)
    assert palette.of("another") in palette.series
    assert palette.of("another") == palette.of("another")
    assert {
        LIGHT.series.index(LIGHT.of(name)) - DARK.series.index(DARK.of(name)) for name in MODELS
    } == {0}


def test_faded_colours():
    assert faded("#0072B2", 0.5) == "rgba(0,114,178,0.5)"


def test_the_toolbar_saves_svg():
    assert CONFIG["toImageButtonOptions"]["format"] == "svg"
