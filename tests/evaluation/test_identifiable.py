"""What no echo depends on is said before anything is trained, with its reason."""

from dataclasses import replace

import pytest

from nmr_core import preset, simulate, unidentifiable
from nmr_core.presets import PRESETS


def _without_normalisation(original):
    base = original.base.replace(normalisation="none")
    return replace(original, base=base)


def test_the_normalisation_hides_xi():
    reasons = unidentifiable(preset("ml4sci_2020"))
    assert set(reasons) == {"xi"}
    assert "divided by its own sum" in reasons["xi"]
    assert "ξ" in reasons["xi"]


def test_without_it_xi_is_there():
    assert unidentifiable(_without_normalisation(preset("ml4sci_2020"))) == {}


def test_nothing_is_hidden_in_2023():
    assert unidentifiable(preset("cuda_2023")) == {}


def test_without_coupling_every_coupling_parameter_is_hidden():
    assert set(unidentifiable(preset("ml4sci_2020").hold(alpha=0.0))) == {"xi", "p"}


def test_a_held_parameter_is_not_named():
    assert unidentifiable(preset("ml4sci_2020").hold(xi=3.0)) == {}


@pytest.mark.parametrize("name", PRESETS)
def test_the_simulator_agrees(name):
    """Moving a parameter that is called hidden changes no echo; moving any other one does."""
    small = preset(name).hold(n_x=8, n_y=8, tau=5)
    here = small.space.defaults
    for spec in small.drawn:
        moved = here | {spec.name: spec.low + 0.2 * spec.width}
        a, b = (simulate(small.build(**values), seed=1).signal for values in (here, moved))
        assert (abs(a - b).max() < 1e-12) == (spec.name in unidentifiable(small)), spec.name


@pytest.mark.parametrize("name", PRESETS)
def test_the_answer_does_not_depend_on_the_lattice(name):
    assert set(unidentifiable(preset(name))) == set(unidentifiable(preset(name).hold(n_x=8, n_y=8)))
