"""Figures of a whole data set: traces, axes with symbols and units, both palettes, and never too much for a browser."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.parameters import Parameter
from nmr_core.plots import (
    DARK,
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
KERNEL = Parameter(
    "kernel", "kernel", "", 0, 0, 0, distribution="choice", values=("gaussian", "rkky")
)
COUNT = Parameter("n_x", "side", "sites", 4, 8, 6, integer=True)


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request):
    return request.param


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "alpha": rng.uniform(0.001, 0.2, 400),
            "rate": 10 ** rng.uniform(-4, 0, 400),
            "kernel": rng.choice(["gaussian", "rkky"], 400),
            "n_x": rng.choice([4, 6, 8], 400),
        }
    )


def _size(figure) -> int:
    return len(figure.to_json())


def test_every_sample_is_in_each_histogram(table, palette):
    made = distributions_figure(table, [ALPHA, RATE, KERNEL, COUNT], palette, chosen=3)
    assert [int(np.sum(trace.y)) for trace in made.data] == [400] * 4
    assert [made.layout[f"xaxis{n}"].title.text for n in ("", "2", "3", "4")] == [
        "α (MHz)",
        "γ (MHz)",
        "kernel",
        "side (sites)",
    ]
    assert (made.layout.xaxis.type, made.layout.xaxis2.type) == (None, "log")
    assert list(made.data[2].x) == ["gaussian", "rkky"]
    assert list(made.data[3].x) == [4, 6, 8]
    assert [shape.x0 for shape in made.layout.shapes] == [
        table.loc[3, name] for name in ("alpha", "rate", "kernel", "n_x")
    ]
    assert made.layout.font.color == palette.ink


def test_logarithmic_bins_are_even_on_a_logarithmic_axis(table, palette):
    bars = distributions_figure(table, [RATE], palette).data[0]
    assert np.ptp(np.diff(np.log10(bars.x))) < 1e-9
    assert (np.asarray(bars.width) > 0).all()


@pytest.mark.parametrize("n", [1, 3, 4, 5, 11])
def test_histograms_do_not_overlap(palette, n):
    names = [f"q{k}" for k in range(n)]
    table = pd.DataFrame({name: np.linspace(0, 1, 50) for name in names})
    made = distributions_figure(
        table, [Parameter(name, name, "", 0, 1, 0.5) for name in names], palette
    )
    boxes = [
        (*made.layout[f"xaxis{k or ''}"].domain, *made.layout[f"yaxis{k or ''}"].domain)
        for k in [0, *range(2, n + 1)]
    ]
    assert all(0 <= low < high <= 1 + 1e-12 for box in boxes for low, high in (box[:2], box[2:]))
    for k, a in enumerate(boxes):
        for b in boxes[k + 1 :]:
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]


def test_the_map_of_correlations(palette):
    r = np.vstack([np.linspace(-1, 1, 50), np.full(50, np.nan)])
    made = correlation_figure(np.arange(50.0), r, ["α", "<b>"], "Re M", palette)
    cells = made.data[0]
    assert (cells.zmin, cells.zmax) == (-1, 1)
    assert list(cells.y) == ["α", "‹b›"]
    assert cells.colorscale[1] == (0.5, palette.diverging[1])
    assert made.layout.xaxis.title.text == "time t (µs)"
    assert "Re M" in cells.colorbar.title.text
    assert np.isnan(np.asarray(cells.z)[1]).all()


def test_the_chosen_curve_lies_over_its_neighbours(palette):
    time = np.arange(20.0)
    made = nearest_figure(
        time,
        time,
        np.stack([time + 1, time + 2]),
        ["curve 3", "curve <4>"],
        "|M| per spin",
        palette,
    )
    assert [trace.name for trace in made.data] == ["curve 3", "curve ‹4›", "chosen curve"]
    assert len({trace.line.color for trace in made.data}) == 3
    assert made.data[-1].line.color == palette.series[3]
    assert (made.layout.xaxis.title.text, made.layout.yaxis.title.text) == (
        "time t (µs)",
        "|M| per spin",
    )


def test_noise_beside_spread(palette):
    made = noise_floor_figure(np.arange(5.0), np.full(5, 0.01), np.full(5, 0.1), palette)
    assert {trace.name: float(np.max(trace.y)) for trace in made.data} == pytest.approx(
        {"what parameters change": 0.1, "what disorder changes": 0.01}
    )
    assert made.layout.yaxis.title.text == "standard deviation of M"


def test_a_prior_on_a_logarithmic_scale_is_drawn_on_one(table, palette):
    made = prior_figure(table, RATE, ALPHA, palette)
    assert (made.layout.xaxis.type, made.layout.yaxis.type) == ("log", None)


def test_long_records_of_many_curves_stay_small(palette):
    time, rng = np.linspace(0, 500, 20_001), np.random.default_rng(0)
    curves = rng.standard_normal((200, len(time))).astype(np.float32)
    several = (
        bands_figure(time, curves, palette, "|M|", curves[0], 200),
        nearest_figure(time, curves[0], curves[1:6], list("abcde"), "|M|", palette),
        correlation_figure(time, curves[:20], [str(k) for k in range(20)], "|M|", palette),
        noise_floor_figure(time, abs(curves[0]), abs(curves[1]), palette),
    )
    assert all(_size(made) < 1_500_000 for made in several)
    assert float(several[0].data[0].x[-1]) > 499


def test_a_hundred_thousand_samples_stay_small(palette):
    table = pd.DataFrame(
        np.random.default_rng(0).random((100_000, 12)), columns=[f"q{k}" for k in range(12)]
    )
    specs = [Parameter(name, name, "", 0, 1, 0.5) for name in table]
    assert _size(distributions_figure(table, specs, palette)) < 100_000
    assert _size(prior_figure(table, specs[0], specs[1], palette)) < 200_000
