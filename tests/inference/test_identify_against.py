"""Errors against a setting, over two, and the profile likelihood that confirms them; as jobs."""

import numpy as np
import pytest

from nmr_core import InputError, preset
from nmr_core.inference.identifiability import (
    error_map,
    identify,
    load_identification,
    profile,
    scan,
    scannable,
)
from nmr_core.inference.identifiability.information import standard_errors
from nmr_core.inference.identifiability.job import identify_job
from nmr_core.jobs.handlers import handler
from nmr_core.presets import PRESETS
from nmr_core.progress import silent

PLACE = {"alpha": 0.03, "xi": 5.0, "p": 2.6, "d": 3.4}
FEW = {"point": PLACE, "n_seeds": 32, "noise": 1e-3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder for the module."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("against")
        patch.setenv("NMR_DATA", str(path))
        yield path


@pytest.fixture(scope="module")
def small():
    """A small lattice, a short echo."""
    return preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=15.0, offsets="stratified")


def test_against_snr_the_noise_alone_makes_a_straight_line(folder, small):
    found = scan(small, "snr", [10, 100, 1000], disorder=False, **FEW)
    known = np.isfinite(found.errors[0])
    assert found.errors[:, known] * [[10], [100], [1000]] == pytest.approx(
        10 * np.tile(found.errors[0, known], (3, 1)), rel=1e-3
    )
    assert (np.diff(found.percent[:, known], axis=0) < 0).all()
    assert found.percent[:, 1] == pytest.approx([100 * 12**-0.5] * 3, rel=1e-6)
    assert (found.percent <= 100 * 12**-0.5 + 1e-9).all()


def test_a_point_of_a_scan_is_the_bound_at_that_place(folder, small):
    found = scan(small, "tau", [10.0, 15.0], **FEW)
    alone = identify(small.fix(tau=15.0), **FEW)
    widths = [spec.width for spec in alone.specs]
    assert found.errors[1] == pytest.approx(standard_errors(alone.linear[0]) * widths)
    assert found.along.unit == "µs"
    assert found.point["d"] == 3.4
    again = scan(small, "tau", [10, 15], **FEW)
    assert again.key == found.key
    assert load_identification(found.key).errors == pytest.approx(found.errors)


def test_what_the_simulator_refuses_is_left_out_and_said(folder, small):
    found = scan(small, "dt", [0.3, 5.0], **FEW)
    assert np.isfinite(found.errors[0, 0])
    assert np.isnan(found.errors[1]).all()
    assert "too coarse" in found.refused[0]
    with pytest.raises(InputError, match="too coarse"):
        scan(small, "dt", [5.0], **FEW)


def test_a_map_holds_the_scans(folder, small):
    found = error_map(small, "tau", "d", [10, 15], [3.2, 3.8, 4.4], of="d", **FEW)
    assert found.errors.shape == found.percent.shape == (3, 2)
    line = scan(small, "tau", [10, 15], **FEW | {"point": PLACE | {"d": 3.8}})
    assert found.errors[1] == pytest.approx(line.errors[:, 3])
    assert (np.diff(found.percent, axis=0) > 0).all()


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("nothing", [1], "cannot be varied"),
        ("tau", [], "1 to 60 values"),
        ("tau", [10] * 99, "1 to 60 values"),
        ("tau", ["long"], "must be numbers"),
        ("tau", [float("nan")], "must be finite"),
        ("snr", [0.0], "snr must be"),
    ],
)
def test_wrong_scans_are_refused(folder, small, name, values, words):
    with pytest.raises(InputError, match=words):
        scan(small, name, values, **FEW)


def test_wrong_maps_are_refused(folder, small):
    for x, y, of, words in (
        ("tau", "tau", "d", "two different"),
        ("tau", "snr", "tau", "no parameter"),
    ):
        with pytest.raises(InputError, match=words):
            error_map(small, x, y, [10, 15], [10, 20], of=of, **FEW)
    with pytest.raises(InputError, match="at most 400 points"):
        error_map(
            small, "tau", "snr", np.linspace(10, 20, 30), np.linspace(10, 20, 30), of="d", **FEW
        )


@pytest.mark.parametrize("name", PRESETS)
def test_what_can_be_varied(name):
    names = [spec.name for spec in scannable(PRESETS[name])]
    assert names[0] == "snr"
    assert len(names) == len(set(names))
    assert "tau" in names
    assert not {field for field, _ in PRESETS[name].settings[0]} & set(names)


def test_the_profile_is_a_parabola_as_wide_as_the_bound(folder, small):
    found = profile(small, "alpha", disorder=False, n_points=7, **FEW)
    assert not found.flat
    assert found.values[found.delta_chi2.argmin()] == found.true == 0.03
    assert (found.high - found.low) / 3.92 == pytest.approx(found.error, rel=0.1)
    assert found.delta_chi2.min() == pytest.approx(0, abs=1e-9)
    assert found.others.shape == (7, 4)
    assert found.others[:, 0] == pytest.approx(found.values)


def test_the_profile_over_others_is_below_the_slice(folder, small):
    """Fitting the others is no worse than holding them, which is (distance/conditional)²."""
    found = profile(small, "p", disorder=False, n_points=5, **FEW | {"noise": 1e-4})
    alone = identify(small, disorder=False, **FEW | {"noise": 1e-4}).errors.conditional[2]
    assert (found.delta_chi2 <= 1.3 * ((found.values - found.true) / alone) ** 2 + 1e-6).all()


def test_the_profile_of_xi_is_flat(folder, small):
    found = profile(small, "xi", n_points=5, **FEW)
    assert found.flat
    assert found.delta_chi2 == pytest.approx(np.zeros(5), abs=1e-6)
    assert (found.low, found.high) == (found.values[0], found.values[-1])


def test_wrong_profiles_are_refused(folder, small):
    for name, options, words in (
        ("tau", {}, "no parameter"),
        ("d", {"n_points": 2}, "n_points"),
        ("d", {"span": -1.0}, "span"),
    ):
        with pytest.raises(InputError, match=words):
            profile(small, name, **options, **FEW)


def test_as_jobs(folder, small):
    """The job's answer has the key that it returns; its recipe is that of the job "generate"."""
    assert handler("identify")
    recipe = {
        "preset": "ml4sci_2020_secular",
        "fixed": dict(small.fixed),
        "n_seeds": 16,
        "point": PLACE,
    }
    told = []
    for what, more in (
        ("verdicts", {}),
        ("scan", {"name": "snr", "values": [10, 100]}),
        ("profile", {"name": "xi", "n_points": 5}),
        ("map", {"x": "snr", "y": "tau", "x_values": [10, 20], "y_values": [15], "of": "d"}),
    ):
        made = identify_job(recipe | {"what": what} | more, lambda *step: told.append(step))
        assert made["what"] == what
        assert load_identification(made["identification"]).preset == "ml4sci_2020_secular"
        assert told[-1][:2] == (100, 100)
    for wrong in ({"what": "guess"}, {"what": "scan"}, {"what": "verdicts", "colour": "red"}):
        with pytest.raises(InputError):
            identify_job(recipe | wrong, silent)
