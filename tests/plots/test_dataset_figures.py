"""Figures of a data set: percentiles, histograms and maps of the samples, light."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.parameters import Parameter
from nmr_core.plots import (
    LIGHT,
    bands_figure,
    correlation_figure,
    distributions_figure,
    nearest_figure,
    noise_floor_figure,
    prior_figure,
)

ALPHA = Parameter("alpha", "α", "MHz", 0.001, 0.2, 0.1)
RATE = Parameter("rate", "γ", "MHz", 1e-4, 1, 0.01, scale="log")
NAMES = ("gaussian", "rkky")
KERNEL = Parameter("kernel", "kernel", "", 0, 0, 0, distribution="choice", values=NAMES)
COUNT = Parameter("n_x", "side", "sites", 4, 8, 6, integer=True)
TIME = ("time t (µs)", "|M| per spin")


def _titles(figure) -> tuple[str, str]:
    return figure.layout.xaxis.title.text, figure.layout.yaxis.title.text


def _size(figure) -> int:
    return len(figure.to_json())


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "alpha": rng.uniform(0.001, 0.2, 400),
            "rate": 10 ** rng.uniform(-4, 0, 400),
            "kernel": rng.choice(NAMES, 400),
            "n_x": rng.choice([4, 6, 8], 400),
        }
    )


def test_bands_are_the_percentiles():
    values = np.arange(101.0)[:, None] * np.ones(4)
    figure = bands_figure(np.arange(4.0), values, LIGHT, "|M| per spin")
    assert [float(trace.y[2]) for trace in figure.data] == [95, 5, 75, 25, 50]
    assert _titles(figure) == TIME


def test_sampled_lines_are_separated_by_gaps():
    thin = bands_figure(np.arange(6.0), np.ones((10, 6)), LIGHT, "y", n_drawn=3).data[5]
    assert np.flatnonzero(np.isnan(thin.y)).tolist() == [6, 13, 20]
    assert np.flatnonzero(np.isnan(thin.x)).tolist() == [6, 13, 20]


@pytest.mark.parametrize("n", [1, 2])
def test_bands_of_one_or_two_samples(n):
    figure = bands_figure(np.arange(4.0), np.ones((n, 4)), LIGHT, "y", np.ones(4), n_drawn=50)
    assert figure.data[5].name == f"{n} echoes"


def test_the_prior_shows_at_most_2000_points_and_marks_the_chosen_one(palette):
    x, y = Parameter("a", "α", "MHz", 0, 1, 0.5), Parameter("x", "ξ", "sites", 0, 20, 10)
    table = pd.DataFrame(np.random.default_rng(0).uniform(size=(100_000, 2)), columns=["a", "x"])
    figure = prior_figure(table, x, y, palette, chosen=77)
    assert _titles(figure) == ("α (MHz)", "ξ (sites)")
    assert len(figure.data[0].x) == 2000
    assert (figure.data[1].x[0], figure.data[1].y[0]) == tuple(table.iloc[77])


def test_a_logarithmic_prior_has_a_logarithmic_axis(table):
    layout = prior_figure(table, RATE, ALPHA, LIGHT).layout
    assert (layout.xaxis.type, layout.yaxis.type) == ("log", None)


def test_every_sample_is_in_each_histogram(table, palette):
    figure = distributions_figure(table, [ALPHA, RATE, KERNEL, COUNT], palette, chosen=3)
    titles = [figure.layout[f"xaxis{n}"].title.text for n in ("", "2", "3", "4")]
    assert titles == ["α (MHz)", "γ (MHz)", "kernel", "side (sites)"]
    assert [int(np.sum(trace.y)) for trace in figure.data] == [400] * 4
    assert list(figure.data[2].x) == ["gaussian", "rkky"]
    assert list(figure.data[3].x) == [4, 6, 8]
    assert [shape.x0 for shape in figure.layout.shapes] == table.loc[3].tolist()


def test_logarithmic_bins_are_even_on_a_logarithmic_axis(table):
    figure = distributions_figure(table, [RATE], LIGHT)
    assert figure.layout.xaxis.type == "log"
    assert np.ptp(np.diff(np.log10(figure.data[0].x))) < 1e-9


@pytest.mark.parametrize("n", [1, 5, 11])
def test_histograms_do_not_overlap(n):
    names = [f"q{k}" for k in range(n)]
    table = pd.DataFrame({name: np.linspace(0, 1, 50) for name in names})
    specs = [Parameter(name, name, "", 0, 1, 0.5) for name in names]
    layout = distributions_figure(table, specs, LIGHT).layout
    numbers = ["", *range(2, n + 1)]
    boxes = [(*layout[f"xaxis{k}"].domain, *layout[f"yaxis{k}"].domain) for k in numbers]
    for k, a in enumerate(boxes):
        assert 0 <= a[0] < a[1] <= 1 + 1e-12
        for b in boxes[k + 1 :]:
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]


def test_the_map_of_correlations(palette):
    r = np.vstack([np.linspace(-1, 1, 50), np.full(50, np.nan)])
    cells = correlation_figure(np.arange(50.0), r, ["α", "<b>"], "Re M", palette).data[0]
    np.testing.assert_allclose(cells.z, r, atol=1e-6)
    assert (cells.zmin, cells.zmax, list(cells.y)) == (-1, 1, ["α", "‹b›"])
    assert "Re M" in cells.colorbar.title.text


def test_the_chosen_echo_lies_over_its_neighbours(palette):
    time = np.arange(20.0)
    names = ["echo 3", "echo <4>"]
    others = np.stack([time + 1, time + 2])
    figure = nearest_figure(time, time, others, names, "|M| per spin", palette)
    assert [trace.name for trace in figure.data] == ["echo 3", "echo ‹4›", "chosen echo"]
    np.testing.assert_allclose(figure.data[1].y, others[1])
    assert _titles(figure) == TIME


def test_spread_by_disorder_beside_spread_by_parameters(palette):
    figure = noise_floor_figure(np.arange(5.0), np.full(5, 0.01), np.full(5, 0.1), palette)
    heights = {trace.name: float(np.max(trace.y)) for trace in figure.data}
    assert heights == pytest.approx(
        {"spread by the parameters": 0.1, "spread by the disorder alone": 0.01}
    )


def test_long_signals_and_many_samples_stay_small():
    """Bytes of JSON: 30 browsers share one Wi-Fi."""
    time, rng = np.linspace(0, 500, 20_001), np.random.default_rng(0)
    signals = rng.standard_normal((200, len(time))).astype(np.float32)
    table = pd.DataFrame(rng.random((100_000, 12)), columns=[f"q{k}" for k in range(12)])
    specs = [Parameter(name, name, "", 0, 1, 0.5) for name in table]
    symbols = [str(k) for k in range(20)]
    assert _size(bands_figure(time, signals, LIGHT, "|M|", signals[0], 200)) < 1_500_000
    assert (
        _size(nearest_figure(time, signals[0], signals[1:6], list("abcde"), "", LIGHT)) < 1_500_000
    )
    assert _size(correlation_figure(time, signals[:20], symbols, "|M|", LIGHT)) < 1_500_000
    assert _size(distributions_figure(table, specs, LIGHT)) < 100_000
    assert _size(prior_figure(table, specs[0], specs[1], LIGHT)) < 200_000
