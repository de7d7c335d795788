"""Lab 6: what the members share does not show in their band."""

import re
from pathlib import Path

import numpy as np
import pytest

from nmr_core.labs.echoes import N_POOL, components, echoes
from nmr_core.labs.ensembles import (
    BOOTSTRAPS,
    CALIBRATED,
    COVERAGES,
    DRAWS,
    ECHO_COVERAGES,
    EVEN_DRAWS,
    STARTS,
    Z_90,
    Ensembles,
    Setup,
)
from nmr_core.labs.network import Options, train
from nmr_core.labs.overfit import Overfit
from nmr_core.labs.unknowable import N_HIDDEN, RATE, SHOTS

LAB = Ensembles()
SHIPPED = Path(__file__).parents[2] / "benchmarks" / "results" / "coverage_shipped.md"


def test_the_first_member_is_the_network_of_lab_1():
    state = {"points": 10, "noise": 0.05, "draw": 7, "seed": 3}
    band, single = LAB.run(state), Overfit().run(state)
    np.testing.assert_array_equal(band.r, single.r)
    np.testing.assert_allclose(band.members[0], single.fit)


def test_only_other_points_differ_between_members():
    starts, draws = (Setup(kind, 10, 0.1, 40, 0) for kind in (STARTS, DRAWS))
    np.testing.assert_array_equal(starts.data(0).r, starts.data(5).r)
    assert not np.isin(draws.data(0).r, draws.data(5).r).any()


def test_the_band_is_that_of_the_members():
    band = LAB.run({"members": 4})
    np.testing.assert_allclose(band.mean, band.members.mean(axis=0))
    np.testing.assert_allclose(band.half, Z_90 * band.members.std(axis=0, ddof=1))
    assert np.ptp(band.members[:, band.inside], axis=0).max() < 0.1
    covered = np.abs(band.mean - band.truth)[band.inside] <= band.half[band.inside]
    assert band.number("coverage").value == 100 * covered.mean()


def test_bands_widen_with_what_differs():
    spreads = [
        LAB.run({"kind": kind, "draw": 2}).number("spread").value
        for kind in LAB.controls[0].options
    ]
    assert spreads[0] < 0.2 * spreads[1] < 0.4 * spreads[2]


@pytest.mark.parametrize("kind", [STARTS, BOOTSTRAPS])
def test_the_part_of_the_curve_in_the_band_over_draws(kind):
    """Every third of the even draws."""
    draws = EVEN_DRAWS[::3]
    covered = [LAB.run({"kind": kind, "draw": k}).number("coverage").value for k in draws]
    low, median, high = COVERAGES[kind]
    assert np.median(covered) == pytest.approx(median, abs=5)
    assert low - 0.5 <= min(covered)
    assert max(covered) <= high + 0.5


def _estimate(member: int, rows: np.ndarray) -> np.ndarray:
    """Parameters of the test echoes by the network of lab 7, trained on some of the others."""
    values = echoes().targets[rows]
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    options = Options(n_hidden=N_HIDDEN, epochs=SHOTS[-1], rate=RATE, seed=member)
    training = train(components()[rows], (values - mean) / deviation, options)
    return training.predict(components()[N_POOL:]) * deviation + mean


@pytest.mark.parametrize("kind", [STARTS, BOOTSTRAPS])
def test_bands_on_echoes_cover_less_than_they_promise(kind):
    members = []
    for member in range(8):
        rows = np.arange(N_POOL)
        if kind == BOOTSTRAPS:
            rows = np.random.default_rng([0, member]).integers(N_POOL, size=N_POOL)
        members.append(_estimate(member, rows))
    errors = np.abs(np.mean(members, axis=0) - echoes().targets[N_POOL:])
    covered = 100 * np.mean(errors <= Z_90 * np.std(members, axis=0, ddof=1), axis=0)
    low, high = ECHO_COVERAGES[kind]
    assert covered.min() == pytest.approx(low, abs=3)
    assert covered.max() == pytest.approx(high, abs=3)


def test_calibrated_intervals_cover_what_they_promise():
    """As measured by benchmarks/coverage.py."""
    covered = re.findall(r"\| [\d,]+ \| (\d+\.\d) \(", SHIPPED.read_text("utf-8"))
    rounded = sorted({round(float(text)) for text in covered})
    assert len(covered) > 12
    assert (rounded[0], rounded[-1]) == CALIBRATED
