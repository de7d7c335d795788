"""A file of a spectrometer in a lab book: phase, scale, time zero, and another protocol."""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.telling import tell
from nmr_core.design.sequential.undoing import undo
from nmr_core.design.settings import Acquisition
from nmr_core.errors import InputError
from nmr_core.measured import Measurement
from tests.design.sequential.conftest import angle

TURN = 3e4 * np.exp(1j * np.radians(40.0))
"""Scale and phase of a receiver."""


def recorded(book, one: Acquisition, number: int = 0, **about) -> tuple[np.ndarray, Measurement]:
    """(an echo in units of M, the same as a receiver writes it)."""
    echo = Spectrometer.of(book.problem, seed=3).measure(one, number)
    time = book.problem.protocol(one.setting).time
    return echo, Measurement(time, TURN * echo, name=f"echo {number}", about=about)


def test_a_file_gives_the_estimate_of_the_echo_that_it_holds(coupled):
    one = Acquisition(angle(120), 64)
    echo, measurement = recorded(coupled, one, tau_us=10.0, angle_2_deg=120.0)
    expected = tell(coupled, echo, acquisition=one, advise=False)
    book = tell(coupled, measurement, acquisition=one, advise=False)
    assert book.entries[0].name == "echo 0"
    assert book.receiver["phase"] == pytest.approx(40, abs=6)
    assert book.receiver["amplitude"] == pytest.approx(3e4, rel=0.2)
    for name, value in book.estimate.values.items():
        width = coupled.problem.preset.space[name].width
        assert value == pytest.approx(expected.estimate.values[name], abs=0.12 * width), name


def test_later_echoes_have_the_phase_and_scale_of_the_first(coupled):
    first, second = Acquisition(angle(120), 64), Acquisition(angle(180), 64)
    book = tell(coupled, recorded(coupled, first)[1], acquisition=first, advise=False)
    echo, measurement = recorded(coupled, second, 1)
    told = tell(book, measurement, acquisition=second, advise=False)
    assert told.receiver == book.receiver
    assert told.entries[1].misfit < 3
    # A turn between the two is a property of the material, and is not taken away
    turned = replace(measurement, signal=measurement.signal * np.exp(0.5j))
    entry = tell(book, turned, acquisition=second, advise=False).entries[1]
    change = np.linalg.norm(entry.scores - told.entries[1].scores)
    assert change > 0.2 * np.linalg.norm(echo)


def test_phase_and_scale_go_with_the_echo_that_they_are_from(coupled):
    one = Acquisition(angle(120), 64)
    echo, measurement = recorded(coupled, one)
    second = tell(coupled, echo, acquisition=one, advise=False)
    third = tell(second, measurement, acquisition=one, advise=False)
    assert third.receiver
    assert undo(third, advise=False).receiver == {}
    fourth = tell(third, recorded(coupled, one, 1)[1], acquisition=one, advise=False)
    assert undo(fourth, advise=False).receiver == third.receiver


def test_a_file_of_another_protocol_is_refused(coupled):
    one = Acquisition(angle(120), 4)
    with pytest.raises(InputError, match="measured with tau = 20, and the setting has 10"):
        tell(coupled, recorded(coupled, one, tau_us=20.0)[1], acquisition=one)
    with pytest.raises(InputError, match="measured with angle_2 = 180, and the setting has 120"):
        tell(coupled, recorded(coupled, one, angle_2_deg=180.0)[1], acquisition=one)
