"""Lab 6: what the members share does not show in their band."""

import numpy as np

from nmr_core.labs.ensembles import DRAWS, STARTS, Z_90, Ensembles, Setup
from nmr_core.labs.overfit import Overfit

LAB = Ensembles()


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
