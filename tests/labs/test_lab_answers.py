"""The figure beside the question of a lab does not answer it, and the others come afterwards."""

import re
from itertools import permutations

import numpy as np
import pytest

from nmr_core.labs.registry import LABS
from nmr_core.plots import LIGHT
from nmr_core.plots.labs import lab_figures

NEAR = 0.01
"""Relative distance at which a value of a figure answers the question."""


def _readable(trace) -> list[float]:
    """Ends and extremes of a trace, which a reader takes from it; steps and parts in its texts."""
    values = []
    for array in (trace.x, trace.y, getattr(trace, "customdata", None)):
        if array is None or not np.issubdtype(np.asarray(array).dtype, np.number):
            continue
        finite = np.asarray(array, float).ravel()
        finite = finite[np.isfinite(finite)]
        values += [finite[0], finite[-1], finite.min(), finite.max()] if finite.size else []
    text = f"{trace.name} {trace.hovertemplate} {getattr(trace, 'text', '')}"
    return values + [float(number) for number in re.findall(r"\d+\.?\d*", text)]


def _answers(figure, answer: float, is_ratio: bool) -> bool:
    """Whether a value of the figure, or the ratio of two of one trace, is near the answer."""
    lines = [shape[key] for shape in figure.layout.shapes for key in ("x0", "y0")]
    values = [float(value) for value in lines if value is not None]
    for trace in figure.data:
        numbers = _readable(trace)
        values += numbers
        if is_ratio:
            values += [a / b for a, b in permutations(numbers, 2) if b]
    return bool(np.isclose(values, answer, rtol=NEAR).any())


def _figures(lab):
    result = lab.run({})
    answer = result.number(lab.guess.number).value
    first, *others = lab_figures(lab, {"now": result}, LIGHT).values()
    is_ratio = not lab.guess.unit
    return (
        _answers(first, answer, is_ratio),
        any(_answers(figure, answer, is_ratio) for figure in others),
    )


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_the_first_figure_does_not_answer_the_question(lab):
    in_first, _ = _figures(lab)
    assert not in_first


@pytest.mark.parametrize("slug", ["memorise", "stopping", "size", "unknowable", "dynamics"])
def test_the_other_figures_do(slug):
    """The criterion finds an answer where there is one."""
    _, in_others = _figures(LABS[slug])
    assert in_others
