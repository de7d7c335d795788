"""Robustness, drawn: numbers of the table, strong on the right, limits in place."""

import numpy as np
import pytest

from nmr_core.effects import EFFECTS
from nmr_core.inference.robustness import Robustness, usable_limit
from nmr_core.plots import DARK, LIGHT
from nmr_core.plots import robustness as drawing

SPECS = {"alpha": ("α", 0.2), "xi": ("ξ", 20.0), "d": ("<d>", 3.0)}


def _made(
    effect: str, other: str = "", domain: bool = True, task: str = "regression", worst: float = 1.0
) -> Robustness:
    ladder = EFFECTS[effect].ladder
    rows = []
    for run, gain in (("run-x", 1.0), (other, 0.5))[: 1 + bool(other)]:
        for k, strength in enumerate((None, *ladder.values)):
            for name, (_, width) in SPECS.items():
                error = width * min(worst, 0.01 * 1.6 ** (gain * k))
                rows.append(
                    {
                        "run": run,
                        "effect": effect if strength else "",
                        "strength": strength,
                        "target": name,
                        "n": 100,
                        "error": error,
                        "error_low": 0.9 * error,
                        "error_high": 1.1 * error,
                        "baseline": 0.2887 * width,
                        "skill": 1 - (error / 0.2887 / width) ** 2,
                        "coverage": 0.9 - 0.02 * k,
                        "coverage_low": 0.85 - 0.02 * k,
                        "coverage_high": 0.93 - 0.02 * k,
                        "width": 3 * error,
                        "joint": 0.9,
                        "shown": 0.9,
                        "borderline": 0.05 if domain else None,
                        "out_of_domain": min(1.0, 0.08 * k) if domain else None,
                    }
                )
    targets = {
        name: {"label": s, "symbol": s, "unit": "", "low": 0.0, "high": width}
        for name, (s, width) in SPECS.items()
    }
    return Robustness(
        "run-x",
        "2026",
        "X",
        task,
        targets,
        {"xi": "cancels"},
        100,
        [],
        {effect: list(ladder.values)},
        {},
        100,
        0,
        True,
        0.9,
        rows,
        1.0,
        "scaled",
        "2026",
        other,
        "2026" * bool(other),
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("effect", EFFECTS)
def test_errors_are_percent_of_the_range_and_strong_is_right(effect, palette):
    found = _made(effect)
    figure = drawing.error_figure(
        found, effect, palette, [("usable: ", usable_limit(found, effect))]
    )
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [line.name for line in lines] == ["α", "‹d›"], "no line for what no echo depends on"
    for line in lines:
        np.testing.assert_allclose(
            line.y, np.minimum(100, 1.6 ** np.arange(1, len(line.y) + 1)), rtol=1e-6
        )
    first, last = figure.layout.xaxis.range
    assert (first > last) == EFFECTS[effect].ladder.falling
    inside = sorted((first, last))
    assert all(inside[0] < np.log10(value) < inside[1] for value in EFFECTS[effect].ladder.values)
    (level,) = (shape for shape in figure.layout.shapes if shape.line.dash == "dash")
    assert level.y0 == pytest.approx(28.87)


def test_the_limit_is_an_upright_line_in_its_place():
    found = _made("phase_error")
    limit = usable_limit(found, "phase_error")
    (upright,) = (
        shape
        for shape in drawing.error_figure(
            found, "phase_error", LIGHT, [("usable: ", limit)]
        ).layout.shapes
        if shape.yref == "paper"
    )
    assert upright.x0 == upright.x1 == limit.value
    assert limit.value == pytest.approx(0.01 * 10 ** (np.log(2) / np.log(1.6) - 1), rel=1e-6)


def test_what_is_beyond_the_axis_is_at_its_edge_and_said_as_it_is():
    found = _made("gaussian_noise", worst=1000.0)
    line = drawing.error_figure(found, "gaussian_noise", LIGHT).data[-1]
    assert line.y.max() == drawing.MOST
    assert line.customdata.max() > drawing.MOST


def test_the_other_run_is_dashed_in_the_colour_of_its_target():
    figure = drawing.error_figure(_made("gaussian_noise", other="run-y"), "gaussian_noise", LIGHT)
    lines = {line.name: line for line in figure.data if line.mode == "lines+markers"}
    assert set(lines) == {"α", "‹d›", "α, other", "‹d›, other"}
    assert lines["α, other"].line.dash == "dash"
    assert lines["α, other"].line.color == lines["α"].line.color != lines["‹d›"].line.color
    assert (lines["α, other"].y < lines["α"].y).all()


def test_coverage_has_its_binomial_bars_and_the_promise():
    found = _made("clipping")
    figure = drawing.coverage_figure(found, "clipping", LIGHT)
    line = figure.data[0]
    np.testing.assert_allclose(line.y, 88 - 2 * np.arange(len(line.y)))
    np.testing.assert_allclose(line.error_y.array, 3)
    np.testing.assert_allclose(line.error_y.arrayminus, 5)
    assert figure.layout.shapes[0].y0 == 90
    assert [trace.line.dash for trace in figure.data] == ["solid", "dot"] * 2
    assert figure.layout.annotations[0].text.count("━") == 2


def test_widths_and_lamp():
    found = _made("clipping")
    widths = drawing.width_figure(found, "clipping", LIGHT)
    np.testing.assert_allclose(widths.data[1].y, 3 * 1.6 ** np.arange(1, 7), rtol=1e-6)
    assert widths.layout.shapes[0].y0 == pytest.approx(3)
    domain = drawing.applicability_figure(found, "clipping", LIGHT)
    np.testing.assert_allclose(domain.data[1].y, 8 * np.arange(1, 7))
    np.testing.assert_allclose(domain.data[0].y - domain.data[1].y, 5)


def test_classes_are_shares():
    found = _made("clipping", task="classification")
    assert drawing.error_figure(found, "clipping", LIGHT).layout.yaxis.title.text == "wrong (%)"
    assert drawing.width_figure(found, "clipping", LIGHT).layout.yaxis.type != "log"
