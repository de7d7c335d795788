"""Audit of a data set: planted faults are found, each with its sample, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from nmr_core import InputError, load_dataset
from nmr_core.datasets.audit import NEAR, audit, audit_curves
from nmr_core.datasets.estimate import unreachable_fraction
from nmr_core.datasets.exploring import correlations, distances, nearest
from nmr_core.parameters import Parameter
from nmr_core.presets import PRESETS, Row, table_preset

PRIOR = (
    Parameter("a", "a", "", 0, 1, 0.5),
    Parameter("kernel", "kernel", "", 0, 0, 0, distribution="choice", values=("gaussian", "rkky")),
)


@pytest.fixture
def curves():
    rng = np.random.default_rng(0)
    return (rng.standard_normal((60, 2, 30)) + 1j * rng.standard_normal((60, 2, 30))).astype(
        np.complex64
    )


@pytest.fixture
def table():
    return pd.DataFrame({"a": np.linspace(0, 1, 60), "kernel": ["gaussian", "rkky"] * 30})


def test_the_example_is_clean(data_folder):
    found = audit(load_dataset("example-ml4sci-2020"))
    assert found.clean
    assert found.n_samples == 500
    assert found.facts["exact duplicates"] == found.facts["NaN or infinity"] == "none"


def test_every_planted_fault_is_found(curves, table):
    curves[5, 1, 3] = np.nan
    curves[9] = curves[2]
    curves[20] = curves[30] * (1 + 0.1 * NEAR)
    table.loc[7, "a"], table.loc[8, "kernel"], table.loc[40, "a"] = 1.5, "dipolar", np.inf
    found = audit_curves(curves, table, PRIOR)
    assert found.not_finite.tolist() == [5, 40]
    assert found.exact.tolist() == [9]
    assert found.near == ((20, 30),)
    assert {name: samples.tolist() for name, samples in found.outside.items()} == {
        "a": [7, 40],
        "kernel": [8],
    }
    assert not found.clean
    assert found.facts["NaN or infinity"] == "2 (sample 5, 40)"
    assert "20 and 30" in found.facts["near duplicates"]
    assert found.facts["outside of the prior"] == "a: 2 (sample 7, 40); kernel: 1 (sample 8)"


def test_a_difference_above_the_limit_is_no_duplicate(curves, table):
    curves[20] = curves[30] * (1 + 1.2 * NEAR)
    assert audit_curves(curves, table, PRIOR).clean


def test_near_duplicates_are_those_of_the_naive_search(curves, table):
    curves[10:40] = curves[10] + 5e-4 * curves[10:40] * np.linspace(0.2, 3, 30)[
        :, None, None
    ].astype(np.float32)
    found = audit_curves(curves, table, PRIOR)
    finite = curves.reshape(60, -1)
    apart = np.sqrt((np.abs(finite[:, None] - finite[None]) ** 2).mean(2))
    naive = [
        (k, j) for k in range(60) for j in range(k + 1, 60) if apart[k, j] < NEAR * found.spread
    ]
    assert list(found.near) == naive
    assert 0 < len(naive) < 435


def test_parameters_of_curves_that_are_not_read_are_looked_at(curves, table):
    table.loc[50, "a"] = -2
    found = audit_curves(curves[:10], table, PRIOR)
    assert found.n_samples == 10
    assert found.outside["a"].tolist() == [50]


def test_nearest_curves_are_those_of_the_naive_search(curves):
    curves[33] = curves[7] + 0.01
    order, apart = nearest(curves, 7, 5)
    naive = np.array(
        [np.sqrt((np.abs(curve.astype(complex) - curves[7]) ** 2).mean()) for curve in curves]
    )
    assert order.tolist() == [k for k in np.argsort(naive) if k != 7][:5]
    assert order[0] == 33
    assert apart == pytest.approx(naive[order], rel=1e-5)
    assert distances(curves, 7)[7] == 0


def test_fewer_curves_than_neighbours(curves):
    assert nearest(curves[:3], 0, 5)[0].shape == (2,)
    assert nearest(curves[:1], 0, 5)[0].shape == (0,)


def test_correlations_are_pearsons(curves, table):
    values = np.abs(curves[:, 0])
    values[:, 4] = 3 - 2 * table["a"]
    values[:, 5] = 0.25
    table["still"] = 0.1
    r = correlations(table[["a", "still"]], values)
    assert r.shape == (2, 30)
    assert r[0, 0] == pytest.approx(np.corrcoef(table["a"], values[:, 0])[0, 1])
    assert r[0, 4] == pytest.approx(-1)
    assert np.isnan(r[0, 5])
    assert np.isnan(r[1]).all()


def test_a_prior_that_needs_no_solution_is_feasible():
    assert unreachable_fraction(PRESETS["ml4sci_2020_secular"]) == 0


def _solved(low: float, high: float):
    rows = [
        Row("kernel", "fixed", values=("gaussian",)),
        Row("normalisation", "fixed", values=("none",)),
        Row("alpha", "fixed", values=(0.1,)),
        Row("omega_p", "uniform", low, high),
        Row("xi", "solved"),
    ]
    return table_preset(rows, PRESETS["ml4sci_2020_secular"]).fix(n_x=20, n_y=20)


@pytest.mark.parametrize(
    ("low", "high", "least", "most"), [(0.3, 0.5, 0, 0), (0.3, 1400, 0.3, 0.55)]
)
def test_the_share_of_draws_without_a_solution(low, high, least, most):
    assert least <= unreachable_fraction(_solved(low, high)) <= most


def test_a_prior_without_any_solution_is_refused_with_what_is_wanted(monkeypatch):
    monkeypatch.setattr("nmr_core.presets._preset.MAX_DRAWS", 50)
    with pytest.raises(InputError, match="but W = "):
        _solved(1e4, 2e4)
