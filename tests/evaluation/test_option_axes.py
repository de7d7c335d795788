"""Axes of the options against error, and the figure that is drawn from them."""

import numpy as np
import pytest
from made_runs import regression

from nmr_core.evaluation.choices import choices
from nmr_core.evaluation.option_axes import ABOVE_NONE, MOST_AXES, NONE, option_axes
from nmr_core.evaluation.run_table import RunRow, scores_of
from nmr_core.models import MODELS
from nmr_core.plots import DARK, LIGHT
from nmr_core.plots.options import options_figure


def _rows(*changes: dict) -> list[RunRow]:
    runs = [regression(f"run-{k}", **change) for k, change in enumerate(changes)]
    return [RunRow(run.manifest, scores_of(run)) for run in runs]


def _axes(*changes: dict) -> dict:
    return {axis.label: axis for axis in option_axes(_rows(*changes))}


def test_only_what_differs_is_an_axis():
    assert _axes({}, {"seed": 5}, {"n_test": 4}) == {}
    axes = _axes({"n_train": 10}, {"n_train": 40}, {"n_train": 20, "model": "mean"})
    assert list(axes) == ["model", "training echoes"]
    np.testing.assert_allclose(axes["training echoes"].position, [0, 1, 1 / 3])
    assert [text for _, text in axes["training echoes"].ticks] == ["10", "20", "40"]


def test_wide_numbers_have_a_logarithmic_axis():
    axes = _axes({"n_train": 10}, {"n_train": 100}, {"n_train": 1000})
    np.testing.assert_allclose(axes["training echoes"].position, [0, 0.5, 1])


def test_runs_without_an_option_are_at_the_foot_of_its_axis():
    wide = {"model": "mlp", "model_options": {"width_1": 64}}
    narrow = {"model": "mlp", "model_options": {"width_1": 32}}
    axis = next(axis for label, axis in _axes(wide, narrow, {}).items() if "width 1" in label)
    np.testing.assert_allclose(axis.position, [1, ABOVE_NONE, 0])
    assert axis.texts == ["64", "32", NONE]
    assert axis.ticks[0] == (0.0, NONE)


def test_an_option_that_one_model_has_once_is_no_axis():
    labels = _axes({"model": "mlp", "model_options": {"width_1": 64}}, {})
    assert list(labels) == ["model"]


def test_options_have_words_and_defaults():
    run = regression(model="mlp", featurizer="pca", featurizer_options={"whiten": 0.5})
    found = choices(run.manifest)
    assert found["featurizer_options.whiten"].label.startswith("features: ")
    assert found["featurizer_options.whiten"].value == 0.5
    default = MODELS["mlp"].parameters["width_1"].default
    assert found["model_options.width_1"].value == default
    assert "model_options.width_1" not in choices(run.manifest, defaults=False)
    assert all("_" not in choice.label for choice in found.values())


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("n", [3, 100])
def test_the_figure_has_a_line_per_run_with_the_best_in_front(palette, n):
    rows = _rows(*({"n_train": 10 + k, "seed": k, "model": "mlp"} for k in range(n)))
    errors = np.geomspace(1.0, 0.01, n)
    axes = option_axes(rows)
    assert len(axes) <= MOST_AXES
    titles = [f"<b>{row.id}" for row in rows]
    figure = options_figure(axes, errors, titles, palette, label="error", reference=0)
    assert len(figure.data) == n
    assert figure.data[-1].y[-1] == 1.0, "the best is on top and drawn last"
    assert figure.data[0].line.width > figure.data[-1].line.width, "the reference is thick"
    assert "<b>run-" not in figure.data[0].hovertemplate


def test_a_run_without_an_error_is_left_out_of_the_figure():
    rows = _rows({"n_train": 10}, {"n_train": 20}, {"n_train": 30})
    errors = np.array([0.1, np.nan, 0.2])
    figure = options_figure(option_axes(rows), errors, ["a", "b", "c"], LIGHT, label="error")
    assert len(figure.data) == 2
