"""What was measured: any two of tau, start and the place of the echo give the third."""

import numpy as np
import pytest

from nmr_core import InputError
from nmr_core.measured import Measurement
from nmr_core.measured.acquired import Acquired, acquired
from nmr_core.measured.found import find_echo


def measured(**about):
    """An echo 39 µs after the first point, whose clock begins at 5 µs."""
    at = np.arange(500) * 0.2
    random = np.random.default_rng(0)
    signal = np.exp(-np.abs(at - 39) / 2) + 0.01 * random.normal(size=500)
    signal = signal + 0.01j * random.normal(size=500)
    return Measurement(at + 5, signal, about=about)


def test_tau_gives_the_start():
    measurement = measured()
    protocol = acquired(measurement, find_echo(measurement), tau=50)
    assert protocol.start == pytest.approx(11, abs=0.1)
    assert protocol.origins["start"] == "echo"
    assert protocol.missing == ()


def test_the_start_gives_tau():
    measurement = measured(start_us=11.0)
    protocol = acquired(measurement, find_echo(measurement))
    assert protocol.tau == pytest.approx(50, abs=0.1)
    assert protocol.origins["tau"] == "echo"
    assert protocol.origins["start"] == "file"


def test_tau_is_asked_if_neither_is_known():
    measurement = measured()
    assert acquired(measurement, find_echo(measurement)).missing == ("tau",)


def test_numbers_that_disagree_are_named():
    measurement = measured(tau_us=60.0, start_us=11.0)
    [note] = acquired(measurement, find_echo(measurement)).notes
    assert "belongs at 49 µs" in note
    assert "it is at 38.99" in note
    agreeing = measured(tau_us=50.0, start_us=11.0)
    assert acquired(agreeing, find_echo(agreeing)).notes == ()


def test_a_given_value_overrules_the_file_and_json_keeps_everything():
    measurement = measured(tau_us=60.0, pulse_1_us=2.5, scans=128, phase_cycle="0 2 1 3")
    protocol = acquired(measurement, tau=50, angle_1=60)
    assert (protocol.tau, protocol.angle_1, protocol.scans) == (50, 60, 128)
    assert protocol.origins["tau"] == "given"
    assert protocol.origins["pulse_1"] == "file"
    assert Acquired.from_dict(protocol.to_dict()) == protocol
    assert {row["origin"] for row in protocol.facts} == {"file", "given", "default"}


@pytest.mark.parametrize("value", ["fast", np.nan, -5, 0, np.inf])
def test_a_tau_that_is_none_is_refused_or_noted(value):
    with pytest.raises(InputError, match="tau must be a number from"):
        acquired(measured(), tau=value)
    [note] = acquired(measured(tau_us=value)).notes
    assert "tau must be a number from" in note


def test_an_unknown_field_is_named():
    with pytest.raises(InputError, match="'spacing' is no part of a protocol"):
        acquired(measured(), spacing=3)
