"""What no echo depends on is said before anything is trained, with its reason."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from nmr_core import InputError, preset, simulate, unidentifiable
from nmr_core.experiment import Unreachable
from nmr_core.learning import identifiable
from nmr_core.presets import PRESETS


def _without_normalisation(original):
    base = original.base.replace(normalisation="none")
    return replace(original, base=base)


def test_the_normalisation_hides_xi():
    reasons = unidentifiable(preset("ml4sci_2020_secular"))
    assert set(reasons) == {"xi"}
    assert "divided by its own sum" in reasons["xi"]
    assert "ξ" in reasons["xi"]


def test_without_it_xi_is_there():
    assert unidentifiable(_without_normalisation(preset("ml4sci_2020_secular"))) == {}


def test_nothing_is_hidden_in_2023():
    assert unidentifiable(preset("cuda_2023")) == {}


def test_without_coupling_every_coupling_parameter_is_hidden():
    assert set(unidentifiable(preset("ml4sci_2020_secular").fix(alpha=0.0))) == {"xi", "p"}


def test_a_held_parameter_is_not_named():
    assert unidentifiable(preset("ml4sci_2020_secular").fix(xi=3.0)) == {}


def _small(name):
    """The same physics, a short record, on as few spins as can have the prior's strengths."""
    known = preset(name)
    if not known.solved:
        return known.fix(n_x=8, n_y=8, tau=5)
    side = known.base.n_x // 2
    return known.fix(n_x=side, n_y=side, tau=5, acquire=10)


def _moved(small, place, name):
    """Experiments with one parameter elsewhere in its range, wherever a material exists."""
    spec = small.space[name]
    for share in (0.2, 0.6, 1.0):
        with suppress(Unreachable):
            return small.experiments(**place | {name: spec.low + share * spec.width})
    return pytest.fail(f"{name} cannot be moved")


@pytest.mark.parametrize("name", PRESETS)
def test_the_simulator_agrees(name):
    """Moving a parameter that is called hidden changes no echo; moving any other one does."""
    small = _small(name)
    place = small.draw(np.random.default_rng(1))
    here, hidden = small.experiments(**place)[0], unidentifiable(small)
    for spec in small.drawn:
        there = _moved(small, place, spec.name)[0]
        a, b = (simulate(e.replace(noise=0.0), seed=1).signal for e in (here, there))
        assert (abs(a - b).max() < 1e-12) == (spec.name in hidden), spec.name


@pytest.mark.parametrize("name", PRESETS)
def test_the_answer_does_not_depend_on_the_lattice(name):
    assert set(unidentifiable(preset(name))) == set(unidentifiable(_small(name)))


@pytest.mark.parametrize("name", PRESETS)
def test_only_the_normalised_preset_hides_anything(name):
    assert set(unidentifiable(preset(name))) == ({"xi"} if "ml4sci" in name else set())


def test_one_move_is_enough_where_it_changes_something(monkeypatch):
    """A page waits for this on every change: two evaluations per parameter, for any settings."""
    calls = []
    original = identifiable._physics
    monkeypatch.setattr(
        identifiable, "_physics", lambda experiments: calls.append(1) or original(experiments)
    )
    sweep = preset("pulse_angle_sweep")
    assert not unidentifiable(sweep)
    assert len(calls) == 2 * len(sweep.drawn)


def test_a_strength_out_of_reach_is_a_sentence():
    with pytest.raises(InputError, match=r"on 8 × 8 spins reaches .* is required"):
        preset("gsoc_2021_strong_gaussian").fix(n_x=8, n_y=8)
