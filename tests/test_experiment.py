"""Experiments: numbers are checked, fields are reached by name, refusals are one sentence."""

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core import Experiment, InputError, Material, Protocol, Sample
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL

PARTS = {"material": Material, "protocol": Protocol, "sample": Sample}
CHOICES = (
    "kernel",
    "normalisation",
    "sign",
    "sense",
    "record",
    "integrator",
    "carrier_phase",
    "offsets",
    "lattice",
    "line",
)
OTHER = {
    "kernel": "rkky",
    "xi": 4.5,
    "p": 3.0,
    "normalisation": "sum",
    "alpha_x": 0.01,
    "alpha_y": 0.02,
    "alpha_z": 0.03,
    "gamma_1": 1e-3,
    "gamma_2": 2e-3,
    "gamma_3": 3e-3,
    "tau": 40.0,
    "dt": 0.25,
    "angle_1": 80.0,
    "phase_1": 5.0,
    "angle_2": 170.0,
    "phase_2": 85.0,
    "sense": -1,
    "record": "all",
    "n_x": 12,
    "n_y": 13,
    "offsets": "iid",
    "line_width": 0.06,
    "cutoff": 0.3,
    "s_w": 0.5,
    "p_w": 0.25,
    "d_w": -0.5,
    "sign": "alternating",
    "lattice": "hexagonal",
    "integrator": "exponential_midpoint",
    "sequence": "cpmg",
    "n_echoes": 7,
    "acquire": 60.0,
    "carrier": 10.0,
    "carrier_axis": 90.0,
    "carrier_phase": "step_end",
    "offsets_seed": 8,
    "noise": 0.01,
    "orientation": 30.0,
    "record_from": 20.0,
    "record_every": 3,
    "line": "pseudo_voigt",
    "line_fraction": 0.25,
    "centre": 0.02,
}


def test_every_field_is_a_checked_number_or_a_checked_choice():
    assert set(FIELDS) == set(PHYSICAL.names) | set(CHOICES) | {"sequence"}
    assert len(FIELDS) == len(PHYSICAL) + len(CHOICES) + 1


@pytest.mark.parametrize("spec", PHYSICAL, ids=lambda spec: spec.name)
@pytest.mark.parametrize("bad", ["below", "above", float("nan"), float("inf"), "much", None])
def test_every_number_out_of_range_is_refused_with_name_value_and_range(spec, bad):
    value = {"below": spec.low - 1 - abs(spec.low), "above": 2 * spec.high + 1}.get(bad, bad)
    with pytest.raises(InputError) as refusal:
        Experiment().replace(**{spec.name: value})
    sentence = str(refusal.value)
    assert sentence.startswith(f"{spec.name} must be ")
    if isinstance(value, float | int):
        unit = f" {spec.unit}" if spec.unit else ""
        assert f"in [{spec.low:g}, {spec.high:g}]{unit}, got {value:g}. " in sentence
    else:
        assert f"got {str(value)!r}" in sentence


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", ["nonsense", "", None, 7])
def test_every_choice_refuses_what_is_not_offered(name, value):
    with pytest.raises(InputError, match=f"^{name} must be one of .*; got '{value}'"):
        Experiment().replace(**{name: value})


def test_defaults_lie_inside_their_ranges():
    for spec in PHYSICAL:
        assert spec.check(spec.default) == spec.default
        assert spec.description.endswith(".")


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((1, 1), "A lattice needs 2 to .* spins, got 1 × 1"),
        ((10_000, 10_000), r"n_x must be in \[1, 2048\] sites, got 10000"),
        ((2048, 2049), r"n_y must be in \[1, 2048\] sites, got 2049"),
        ((0, 50), r"n_x must be in \[1, 2048\] sites, got 0"),
        ((7.5, 50), r"n_x must be a whole number, got 7\.5"),
    ],
)
def test_lattices_without_neighbours_or_without_end_are_refused(shape, sentence):
    with pytest.raises(InputError, match=sentence):
        Sample(*shape)


@pytest.mark.parametrize("name", OTHER)
def test_replace_reaches_every_field_and_changes_nothing_else(name):
    before, after = Experiment(), Experiment().replace(**{name: OTHER[name]})
    assert getattr(after, name) == OTHER[name] != getattr(before, name)
    assert getattr(getattr(after, FIELDS[name]), name) == OTHER[name]
    assert after.replace(**{name: getattr(before, name)}) == before


def test_the_table_of_other_values_is_complete():
    assert set(OTHER) == set(FIELDS)


def test_an_unknown_field_lists_those_that_there_are():
    with pytest.raises(InputError, match=r"no parameter 'beta'; it has kernel, xi, .*cutoff"):
        Experiment().replace(beta=1)
    with pytest.raises(AttributeError):
        _ = Experiment().beta


@given(st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in OTHER.items()}))
def test_dictionaries_round_trip(changes):
    experiment = Experiment().replace(**changes)
    assert Experiment.from_dict(experiment.to_dict()) == experiment
    assert pickle.loads(pickle.dumps(experiment)) == copy.deepcopy(experiment) == experiment


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: stored.pop("protocol"),
        lambda stored: stored["material"].update(beta=1),
        lambda stored: stored.update(sample=None),
        lambda stored: stored["sample"].update(n_x="many"),
    ],
)
def test_a_dictionary_that_is_no_experiment_is_refused(damage):
    stored = Experiment().to_dict()
    damage(stored)
    with pytest.raises(InputError, match=r"not a stored experiment|n_x must be a number"):
        Experiment.from_dict(stored)


@pytest.mark.parametrize(
    "stored", [None, [], {}, "text", {"material": 1, "protocol": 2, "sample": 3}]
)
def test_what_is_no_dictionary_of_three_parts_is_refused(stored):
    with pytest.raises(InputError, match="not a stored experiment"):
        Experiment.from_dict(stored)


def test_experiments_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Experiment().material.xi = 3


def test_omega_p_uses_the_strongest_coupling_and_the_size_of_w():
    experiment = Experiment(Material("rkky", xi=5.0, alpha_x=0.01, alpha_y=-0.04, alpha_z=0.02))
    assert experiment.W < 0
    assert experiment.omega_p == pytest.approx(2 * 0.04 * -experiment.W / 0.05, rel=1e-14)
    assert experiment.alpha == 0.04
    assert experiment.derived == {
        "W": experiment.W,
        "omega_p": experiment.omega_p,
        "length_scale": pytest.approx((-experiment.W) ** 0.5, rel=1e-14),
    }


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.just(OTHER[name]) for name in ("kernel", "s_w", "p_w", "d_w", "sign", "xi")
        },
    )
)
def test_derived_numbers_have_a_specification(changes):
    derived = Experiment().replace(**changes).derived
    assert tuple(derived) == DERIVED.names
    assert all(DERIVED[name].check(value) == value for name, value in derived.items())
