"""Experiment design, drawn: numbers in their places, the doubtful pale, the budget on its axis."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.reshaping import ShapedProposal
from nmr_core.design.settings import Design, Setting
from nmr_core.parameters import Parameter
from nmr_core.plots import (
    DARK,
    LIGHT,
    design_axes,
    design_gains,
    design_ranking,
    design_time,
    logarithmic,
)
from nmr_core.plots.design_proof import lab_book_figure, proof_figure
from nmr_core.plots.design_shaped import shaped_figure

SPECS = (Parameter("alpha", "<α>", "MHz", 0, 1, 0.5), Parameter("d", "d", "", 3, 6, 4))


def _ranking(n: int, longer: int) -> pd.DataFrame:
    error = 0.05 + 0.01 * np.arange(n)
    return pd.DataFrame(
        {
            "setting": [f"β₂ {k}°" for k in range(n)],
            "error": error,
            "low": 0.9 * error,
            "high": 1.2 * error,
            "group": np.arange(n) // 3,
            "is_longer": np.arange(n) == longer,
        }
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_ranking_has_its_intervals_and_the_best_group_its_colour(palette):
    figure = design_ranking.ranking_figure(_ranking(8, longer=5), 0.11, palette)
    best, others, longer = figure.data
    np.testing.assert_allclose(best.x, [5, 6, 7])
    np.testing.assert_allclose(best.error_x.array, [1.0, 1.2, 1.4])
    np.testing.assert_allclose(best.error_x.arrayminus, [0.5, 0.6, 0.7])
    assert list(longer.y) == ["β₂ 5°"]
    assert len(others.x) == 4
    assert best.marker.color == palette.series[0] != others.marker.color
    assert figure.layout.shapes[0].x0 == pytest.approx(11), "the present error"
    assert figure.layout.yaxis.categoryarray[-1] == "β₂ 0°", "the best one at the top"


def test_measuring_longer_is_always_among_the_drawn_settings():
    shown = design_ranking.shortened(_ranking(40, longer=39), most=16)
    assert len(shown) == 16
    assert shown["is_longer"].sum() == 1
    assert len(design_ranking.shortened(_ranking(5, longer=-1))) == 5


def test_without_intervals_and_groups_only_the_first_is_the_best():
    table = _ranking(5, longer=4).drop(columns=["low", "high", "group"])
    best, others, longer = design_ranking.ranking_figure(table, 0.11, LIGHT).data
    assert (len(best.x), len(others.x), len(longer.x)) == (1, 3, 1)
    assert best.error_x.array is None
    designs = _designs().drop(columns=["low", "high"])
    assert all(
        trace.error_y.array is None for trace in design_time.pareto_figure(designs, LIGHT).data
    )


def _designs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["d", "2 d", "best", "r"],
            "seconds": [60.0, 120.0, 60.0, 90.0],
            "error": [0.2, 0.15, 0.1, 0.3],
            "low": [0.18, 0.14, 0.09, 0.28],
            "high": [0.22, 0.16, 0.12, 0.33],
            "kind": ["default", "longer", "proposed", "random"],
        }
    )


def test_designs_stand_at_their_time_and_error_beside_the_budget():
    figure = design_time.pareto_figure(_designs(), LIGHT, budget=120)
    by_name = {trace.name: trace for trace in figure.data}
    assert set(by_name) == set(design_time.KINDS.values())
    assert (by_name["default"].x[0], by_name["default"].y[0]) == pytest.approx((1.0, 20))
    assert figure.layout.xaxis.title.text == "measuring time (min)"
    assert figure.layout.shapes[0].x0 == pytest.approx(2)
    assert by_name["random designs"].error_y.array is None
    np.testing.assert_allclose(by_name["proposed"].error_y.array, [2])


@pytest.mark.parametrize(("longest", "unit"), [(4, "s"), (600, "min"), (90_000, "h")])
def test_times_are_in_a_unit_that_is_read_easily(longest, unit):
    assert design_axes.time_unit(longest) == unit


@pytest.mark.parametrize(("low", "high"), [(1, 1.3), (0.04, 0.06), (0.3, 300), (1e-3, 1e3)])
def test_a_logarithmic_axis_has_labels_inside_of_its_range(low, high):
    axis = logarithmic.log_axis("error", LIGHT, [low, high, np.nan, 0.0])
    inside = [10 ** axis["range"][0], 10 ** axis["range"][1]]
    assert inside[0] < low < high < inside[1]
    assert 4 <= len(axis["tickvals"]) <= 14
    assert all(inside[0] <= tick <= inside[1] for tick in axis["tickvals"])


def test_errors_of_designs_are_joined_from_the_default_to_the_proposal():
    errors = pd.DataFrame(
        {
            "name": ["d", "alpha"],
            "prior": [0.289, 0.289],
            "present": [0.2, 0.1],
            "proposed": [0.3, 0.05],
            "worst_present": [0.25, 0.2],
            "worst_proposed": [0.35, 0.1],
        }
    )
    figure = design_gains.gains_figure(errors, SPECS, LIGHT)
    worse, better = [trace for trace in figure.data if trace.mode == "lines"]
    np.testing.assert_allclose([worse.x, better.x], [[20, 30], [10, 5]])
    assert (worse.y[0], better.y[0]) == ("d", "‹α›")
    assert worse.line.color != better.line.color, "an error that grows"
    by_name = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    assert list(by_name["proposed, worst tenth of the prior"].x) == pytest.approx([35, 10])
    assert list(by_name["default"].x) == pytest.approx([20, 10])
    assert 10 ** figure.layout.annotations[0].x == pytest.approx(28.9)


def test_a_ratio_whose_interval_reaches_1_is_pale_and_a_missing_promise_is_not_drawn():
    nan = np.nan
    table = pd.DataFrame(
        {
            "name": ["proposed", "random control"],
            "ratio": [0.7, 0.95],
            "low": [0.6, 0.85],
            "high": [0.8, 1.05],
            "promised": [0.75, nan],
            "promised_low": [0.7, nan],
            "promised_high": [0.8, nan],
        }
    )
    realised, pale, promised = proof_figure(table, LIGHT).data
    assert (realised.x[0], pale.x[0], promised.x[0]) == (0.7, 0.95, 0.75)
    assert realised.text == ("proposed",)
    assert realised.marker.color == LIGHT.series[0] != pale.marker.color
    assert len(promised.x) == 1


def test_the_lab_book_shows_the_path_to_the_target():
    entries = pd.DataFrame(
        {"setting": ["a", "b"], "seconds_so_far": [300, 700], "error": [0.2, 0.08]}
    )
    fixed = entries.assign(seconds_so_far=[300, 900], error=[0.25, 0.2])
    figure = lab_book_figure(entries, LIGHT, target=0.1, start=0.29, fixed=fixed)
    assert [trace.name for trace in figure.data] == ["default, in order", "measured as proposed"]
    np.testing.assert_allclose(figure.data[1].x, [0, 5, 700 / 60])
    np.testing.assert_allclose(figure.data[1].y, [29, 20, 8])
    assert figure.layout.shapes[0].y0 == pytest.approx(10)
    alone = lab_book_figure(entries, LIGHT)
    assert len(alone.data[0].x) == 2
    assert not alone.layout.shapes


def _shaped(high: float) -> ShapedProposal:
    before = [Setting.of(angle_2=60, tau=20), Setting.of(angle_2=170, tau=20)]
    after = [Setting.of(angle_2=71, tau=31), Setting.of(angle_2=163, tau=29)]
    return ShapedProposal(
        key="design-a",
        fields=("angle_2", "tau"),
        proposed=Design.of(dict.fromkeys(before, 3)),
        found=Design.of(dict.fromkeys(after, 3)),
        default=Design.of(before),
        ratio=Ratio(0.9, 0.85, high),
        to_default=Ratio(0.8, 0.7, 0.9),
        proposed_to_default=Ratio(0.9, 0.8, 1),
        n_shaping=64,
        n_materials=256,
        n_evaluations=48,
        seconds=1.0,
    )


def test_every_shaped_field_has_a_panel_with_its_values_before_and_after():
    figure = shaped_figure(_shaped(0.95), LIGHT)
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [trace.name for trace in dots] == ["proposed", "shaped"] * 2
    assert [list(trace.x) for trace in dots] == [[60, 170], [71, 163], [20, 20], [31, 29]]
    assert [trace.xaxis for trace in dots] == ["x", "x", "x2", "x2"]
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]
    assert list(figure.layout.yaxis.ticktext) == ["3 shots", "3 shots"]
    assert dots[1].marker.color == LIGHT.series[0]


def test_what_is_not_better_is_grey():
    names = {trace.name: trace for trace in shaped_figure(_shaped(1.05), LIGHT).data}
    assert names["found by the search, not better"].marker.color == LIGHT.muted
