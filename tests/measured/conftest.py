"""A population of small echoes, measurements made of them, and a way to spoil these."""

import pytest
from measuring import TAU, curves_of

from nmr_core import InputError
from nmr_core.measured import Target


@pytest.fixture(scope="session")
def kind():
    """(time, 160 curves) of the 2020 challenge on 24 × 24 spins: the first 64 are the target's, the
    others are measured.
    """
    return curves_of("ml4sci_2020_secular", 160)


@pytest.fixture(scope="session")
def target(kind):
    time, curves = kind
    return Target.of_curves(time, curves[:64], echo_time=2 * TAU, pulse_times=(0, TAU))


@pytest.fixture
def refused():
    """``refused(function, ...)``: the one sentence (or two) with which it is refused."""

    def refuse(function, *arguments, **options) -> str:
        with pytest.raises(InputError) as refusal:
            function(*arguments, **options)
        sentence = str(refusal.value)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        return sentence

    return refuse
