"""Figures of the Compare page: what is drawn for how many runs, and that twenty of them stay light."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.evaluation.published import published
from nmr_core.evaluation.regimes import error_by, error_map
from nmr_core.learning.run import Run, RunManifest
from nmr_core.models import MODELS
from nmr_core.plots import (
    DARK,
    LIGHT,
    Panel,
    behind_figure,
    calibration_figure,
    confusion_figure,
    f1_along_figure,
    f1_figure,
    leaderboard_figure,
    parity_figure,
    parity_grid_figure,
    regime_figure,
    regime_map_figure,
    residual_figure,
    run_colours,
    training_curves_figure,
)
from nmr_core.plots.palette import HUES

ALPHA = {"label": "α (MHz)", "symbol": "α", "unit": "MHz", "low": 0.0, "high": 0.2}
BUDGET = 3_000_000
NASTY = "<b>run</b>"


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request):
    return request.param


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(1)
    true = rng.uniform(0, 0.2, 20_000)
    return true, true + rng.normal(0, 0.01, 20_000)


def _board(
    n: int, title: str = "Ridge on raw curve", baseline: float | None = 0.33
) -> pd.DataFrame:
    value = np.linspace(0.1, 0.3, n)
    return pd.DataFrame(
        {
            "run": [f"run-{k:04d}" for k in range(n)],
            "title": title,
            "value": value,
            "low": value - 0.02,
            "high": value + 0.03,
            "baseline": np.arange(n) if baseline is None else baseline,
        }
    )


def _colours(n: int) -> dict[str, str]:
    return {f"run-{k:04d}": LIGHT.series[k % 6] for k in range(n)}


def test_the_leaderboard_is_read_from_the_top(palette):
    (bars,) = leaderboard_figure(_board(3), _colours(3), palette, "weighted error").data
    assert [name[-4:] for name in bars.y] == ["0002", "0001", "0000"], (
        "plotly draws from the bottom: the best run goes last"
    )
    assert bars.x[-1] == min(bars.x)
    assert list(bars.marker.color) == [LIGHT.series[k] for k in (2, 1, 0)]
    assert np.allclose(bars.error_x.array, 0.03)
    assert np.allclose(bars.error_x.arrayminus, 0.02)


@pytest.mark.parametrize("n", [0, 1])
def test_a_leaderboard_of_next_to_nothing(n):
    assert len(leaderboard_figure(_board(n), _colours(1), LIGHT, "error").data[0].y) == n


def test_the_baseline_and_what_was_published_are_lines_with_their_names(palette):
    others = published("ml4sci_2020", "error")[:3]
    figure = leaderboard_figure(_board(3), _colours(3), palette, "error", others)
    lines = [(shape.x0, shape.line.dash) for shape in figure.layout.shapes]
    assert lines == [(0.33, "dash"), *((p.value, "dot") for p in others)]
    assert lines == [(0.33, "dash"), *((p.value, "dot") for p in others)]
    assert [note.text for note in figure.layout.annotations] == [
        "baseline",
        *(p.label for p in others),
    ]
    assert len({note.yshift for note in figure.layout.annotations}) == 4, (
        "names do not lie on each other"
    )


def test_baselines_that_differ_are_no_line():
    assert not leaderboard_figure(
        _board(3, baseline=None), _colours(3), LIGHT, "error"
    ).layout.shapes


def test_an_interval_that_is_not_known_is_not_drawn():
    table = _board(2).assign(low=np.nan, high=np.nan)
    assert np.allclose(leaderboard_figure(table, _colours(2), LIGHT, "R²").data[0].error_x.array, 0)


def test_equal_and_long_titles_can_be_told_apart():
    names = leaderboard_figure(_board(2, "x" * 200), _colours(2), LIGHT, "error").data[0].y
    assert len(set(names)) == 2
    assert all(len(name) < 60 for name in names)


def test_crowded_parity_is_a_map_that_counts_every_curve_under_the_farthest_points(many, palette):
    true, predicted = many
    figure = parity_figure(
        true, predicted, ALPHA, 0.9, palette, "#0072B2", samples=np.arange(20_000)
    )
    points, density, identity = figure.data
    assert (points.type, density.type, identity.type) == ("scatter", "heatmap", "scatter")
    counts = 10 ** np.asarray(density.z, float) - 1
    inside = ((predicted >= -0.01) & (predicted <= 0.21)).sum()
    assert counts.sum() == pytest.approx(inside, rel=1e-3)
    assert len(points.x) == 300
    off = np.abs(predicted - true)
    assert off[np.asarray(points.customdata)].min() >= np.sort(off)[-300]
    assert len(figure.to_json()) < BUDGET


def test_the_map_is_not_transposed():
    """Truth along x, prediction along y: everything predicted low fills the bottom row, whatever is true."""
    density = parity_figure(
        np.linspace(0, 0.2, 6000), np.zeros(6000), ALPHA, 0.0, LIGHT, "#0072B2"
    ).data[1]
    filled = np.asarray(density.z) > 0
    assert filled.any(axis=1).sum() == 1
    assert filled.any(axis=0).sum() > 60


def test_a_point_says_which_curve_it_is():
    samples = np.array([7, 11, 400_000_000])
    points = parity_figure(
        np.array([0.1, 0.0, 0.2]), np.ones(3), ALPHA, 0.0, LIGHT, "#0072B2", samples=samples
    ).data[0]
    assert list(points.customdata) == list(samples)


@pytest.mark.parametrize("n", [1, 5, 20])
def test_a_grid_has_two_traces_a_run_and_stays_light(many, palette, n):
    true, predicted = (values[:1000] for values in many)
    panels = [
        Panel(f"{NASTY} {k}", true, predicted, 0.9, LIGHT.series[k % 6], np.arange(1000))
        for k in range(n)
    ]
    figure = parity_grid_figure(panels, ALPHA, palette)
    assert len(figure.data) == 2 * n
    assert len({trace.xaxis for trace in figure.data}) == n
    assert not any("<" in note.text for note in figure.layout.annotations)
    assert sum("predicted" in note.text for note in figure.layout.annotations) == 1
    assert len(figure.to_json()) < BUDGET / 3


def test_residuals_against_another_parameter(many, palette):
    true, predicted = (values[:2000] for values in many)
    other = np.random.default_rng(0).exponential(5, 2000)
    figure = residual_figure(
        true, predicted + 0.001 * other, ALPHA, palette, "#0072B2", against=("W", other)
    )
    assert figure.layout.xaxis.title.text == "W"
    assert figure.layout.xaxis.range[0] < other.min() < other.max() < figure.layout.xaxis.range[1]
    assert [trace.name for trace in figure.data] == ["curves", "5 %", "median", "95 %"]
    median = np.asarray(figure.data[2].y)
    assert len(median) == 12
    assert median[-1] > median[0], "the bias that grows with W is seen"


def test_the_error_by_range_has_a_line_a_run_a_band_and_the_baseline(many, palette):
    true, predicted = (values[:1000] for values in many)
    table = error_by(true, predicted - true, 0.1 - true)
    figure = regime_figure(dict.fromkeys("ab", (NASTY, table, "#0072B2")), "α", ALPHA, palette)
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == [
        "baseline",
        "‹b›run‹/b›",
        "‹b›run‹/b›",
    ]
    assert len(figure.data) == 5
    assert (
        len(
            regime_figure(dict.fromkeys("abcdef", ("", table, "#0072B2")), "α", ALPHA, palette).data
        )
        == 7
    )


def test_the_map_of_the_error(many, palette):
    true, predicted = (values[:1000] for values in many)
    x, y, rmse, n = error_map(true, np.arange(1000.0), predicted - true, 4)
    (cells,) = regime_map_figure(x, y, rmse, n, ("α", "k"), ALPHA, palette, "#0072B2").data
    assert np.asarray(cells.z).shape == (4, 4)
    assert (len(cells.x), len(cells.y)) == (5, 5)
    assert (cells.zmin, cells.zmax) == (0, pytest.approx(np.nanmax(rmse)))


def test_several_training_curves_in_one_figure(palette):
    curve = np.array([[0.5, 1.0], [0.3, 0.4], [0.2, 0.6]])
    figure = training_curves_figure(dict.fromkeys("abc", (NASTY, curve, "#009E73")), palette)
    assert len(figure.data) == 9
    assert {(trace.x[0], trace.y[0]) for trace in figure.data if trace.mode == "markers"} == {
        (2, 0.4)
    }
    assert not any("<" in (trace.name or "") for trace in figure.data)


def test_the_curve_behind_a_point(palette):
    signal = np.exp(1j * np.linspace(0, 3, 3000))[None].astype(np.complex64)
    figure = behind_figure(np.linspace(0, 150, 3000), signal, palette, "Curve 3")
    assert [trace.name for trace in figure.data] == ["|M|", "Re M", "Im M"]
    assert len(figure.data[0].x) <= 1000
    assert len(behind_figure(np.arange(3000), np.vstack([signal, signal]), palette).data) == 6


COUNTS = pd.DataFrame(
    [[8, 2], [0, 5]], index=["gaussian", "<rkky>"], columns=["gaussian", "<rkky>"]
)


def test_the_confusion_matrix_says_counts_and_shares_of_the_row(palette):
    (cells,) = confusion_figure(COUNTS, palette, "#0072B2").data
    assert np.asarray(cells.z).tolist() == [[0.8, 0.2], [0.0, 1.0]]
    assert cells.text[0][1] == "2<br>20.0%"
    assert list(cells.x) == ["gaussian", "‹rkky›"]


def test_f1_by_class_beside_the_baseline(palette):
    table = pd.DataFrame(
        {"f1": [0.9, 0.8], "baseline_f1": [0.5, 0.0], "support": [10, 5]}, index=["a", "b"]
    )
    figure = f1_figure(dict.fromkeys("xy", (NASTY, table, "#0072B2")), palette)
    assert len(figure.data) == 2
    assert [shape.y0 for shape in figure.layout.shapes] == [0.5, 0.0]


def test_f1_along_and_calibration(palette):
    along = pd.DataFrame(
        {"value": [1.0, 2], "f1": [0.9, 0.8], "low": [0.8, 0.7], "high": [0.95, 0.9], "n": [5, 6]}
    )
    (line,) = f1_along_figure({"x": ("t", along, "#0072B2")}, "W", palette).data
    assert np.allclose(line.error_y.array, [0.05, 0.1])
    table = pd.DataFrame(
        {
            "probability": [0.1, 0.9],
            "share": [0.2, 0.8],
            "low": [0.1, 0.6],
            "high": [0.3, 0.9],
            "n": [9, 9],
        }
    )
    assert len(calibration_figure({"a": table, "b": table}, palette).data) == 5


def _run(k: int, model: str) -> Run:
    return Run(
        RunManifest(
            f"run-{k}",
            "",
            "",
            "",
            "",
            "raw",
            {},
            model,
            {},
            {},
            {},
            {},
            0,
            1,
            1,
            0.5,
            1.0,
            created=f"2026-01-01T00:00:{k:02d}Z",
        )
    )


def test_every_family_has_a_hue():
    assert {entry.family for entry in MODELS.values()} <= HUES.keys()


def test_a_run_keeps_its_colour_whatever_the_order_and_shades_differ(palette):
    runs = [
        _run(0, "ridge"),
        _run(1, "mlp"),
        _run(2, "ridge"),
        _run(3, "mlp"),
        _run(4, "mean"),
        _run(5, "no such model"),
    ]
    colours = run_colours(runs, palette)
    assert run_colours(runs[::-1], palette) == colours
    assert colours["run-0"] == palette.series[0]
    assert len({colours[f"run-{k}"] for k in range(5)}) == 5
