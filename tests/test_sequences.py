"""Pulse sequences: those with a name, and any list."""

import inspect
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import INTEGRATORS, KERNELS, SEQUENCES, Delay, InputError, Protocol, Pulse
from nmr_core.experiment import PHYSICAL, RECORDS
from nmr_core.pulses import Steps
from nmr_core.sequences.listed import MAX_EVENTS, parse, sequence_text

OTHER = {
    "tau": 3.0,
    "angle_1": 33.0,
    "phase_1": 44.0,
    "angle_2": 55.0,
    "phase_2": 66.0,
    "acquire": 8.0,
    "n_echoes": 3,
}


@pytest.mark.parametrize(
    "registry", [SEQUENCES, INTEGRATORS, KERNELS], ids=["sequences", "integrators", "kernels"]
)
def test_every_entry_has_its_name_a_label_and_a_text_with_its_source(registry):
    for name, entry in registry.items():
        assert entry.name == name
        assert entry.label
        text = inspect.getdoc(entry.function)
        assert "\nReferences\n---" in text
        assert text.startswith(entry.help)
        assert entry.help
        assert "---" not in entry.help  # no section of the docstring
    assert len({entry.label for entry in registry.values()}) == len(registry)


@pytest.mark.parametrize("name", SEQUENCES)
class TestEverySequence:
    def test_text_has_units_and_a_scheme(self, name):
        assert "µs" in SEQUENCES[name].help
        assert "egrees" in SEQUENCES[name].help
        assert SEQUENCES[name].scheme.startswith("β₁ – ")

    def test_parameters_are_those_that_change_the_events(self, name):
        """Other fields of a protocol change no pulses or steps; without ``acquire``, 2 tau."""
        given_ = {"sequence": name, "tau": 2.0, "dt": 0.25}
        events = Protocol(**given_).events
        assert set(OTHER) <= {field.name for field in fields(Protocol)} & set(PHYSICAL.names)
        changing = {
            field
            for field, value in OTHER.items()
            if Protocol(**given_ | {field: value}).events != events
        }
        assert changing == set(SEQUENCES[name].parameters)

    def test_events_are_pulses_and_whole_steps_and_end_with_the_record(self, name):
        events = Protocol(sequence=name, tau=2.0, dt=0.3, acquire=5.0).events
        assert isinstance(events[0], Pulse)
        assert events[-1] == Steps(16)
        assert all(isinstance(event, Pulse) or event.n_steps >= 1 for event in events)

    @pytest.mark.parametrize("record", RECORDS)
    def test_time_has_a_point_for_every_step_recorded(self, name, record):
        protocol = Protocol(sequence=name, tau=2.0, dt=0.3, acquire=5.0, record=record)
        delays = [event.n_steps for event in protocol.events if isinstance(event, Steps)]
        assert protocol.time.shape == (sum(delays) + (len(delays) if record == "all" else 0),)
        first, last = {"after": (1, 0), "before": (0, -1), "all": (0, 0)}[record]
        assert_allclose(protocol.time[-1], 0.3 * (sum(delays) + last), rtol=1e-14)
        assert_allclose(
            np.unique(protocol.time.round(9)),
            0.3 * np.arange(first, sum(delays) + last + 1),
            rtol=1e-8,
        )
        with pytest.raises(ValueError, match="read-only"):
            protocol.time[0] = 1

    def test_the_sense_reaches_every_pulse(self, name):
        assert {pulse.sense for pulse in Protocol(sequence=name, sense=-1).pulses} == {-1}

    def test_without_acquire_it_is_recorded_for_two_tau(self, name):
        assert Protocol(sequence=name, tau=2.0, dt=0.25).events[-1] == Steps(16)


def test_echo_times():
    assert Protocol(tau=2.0, dt=0.5).echo_times == (4.0,)
    assert Protocol(tau=2.0, dt=0.5).echo_window == (3.0, 6.0)
    train = Protocol(sequence="cpmg", tau=2.0, dt=0.5, n_echoes=3)
    assert train.echo_times == (4.0, 8.0, 12.0)
    assert train.pulse_times == (0.0, 2.0, 6.0, 10.0)
    assert train.echo_window == (3.0, 5.0)
    assert train.echo_time == 4.0
    free = Protocol(sequence="fid", acquire=7.0, dt=0.5)
    assert (free.echo_times, free.echo_time, free.echo_window) == ((), 0.0, (0.0, 7.0))


def test_echo_times_of_a_list():
    assert Protocol(sequence="1us 90x 2us 180y 5us", dt=0.5).echo_times == (5.0,)
    assert Protocol(sequence="90x 1us 1us 180y 1us 4us", dt=0.5).echo_times == (4.0,)
    assert Protocol(sequence="5us", dt=0.5).echo_times == ()
    three = Protocol(sequence="90x 2us 90x 6us 90x 12us", dt=0.5)  # stimulated-echo sequence
    # The first echo, and its mirror image behind the third pulse
    assert three.echo_times == (4.0, 12.0)
    early = Protocol(sequence="90x 4us 180y 1us 180y 20us", dt=0.5)
    # The second pulse turns the phases before they meet: 2·5 - 8 = 2 µs is over
    assert early.echo_times == ()
    at_pulse = Protocol(sequence="90x 2us 180y 2us 180y 6us", dt=0.5)
    assert at_pulse.echo_times == (4.0,)
    assert at_pulse.echo_window == (3.0, 4.0)  # not beyond the pulse that comes with the echo


pulses = st.builds(Pulse, st.floats(-720, 720), st.floats(-720, 720), st.sampled_from([-1, 1]))
delays = st.builds(Delay, st.floats(1e-9, 1e6))
numbers = st.sampled_from([90, 180.0, np.float64(45.5), np.int64(7)])


@given(
    events=st.lists(
        st.one_of(pulses, delays, st.builds(Pulse, numbers, numbers), st.builds(Delay, numbers)),
        min_size=1,
        max_size=8,
    ),
    sense=st.sampled_from([-1, 1]),
)
def test_a_list_survives_being_written_and_read(events, sense):
    back = parse(sequence_text(events, sense), sense)
    assert len(back) == len(events)
    for event, read in zip(events, back, strict=True):
        if isinstance(event, Delay):
            assert read == event
        else:
            assert read.sense == sense
            assert_allclose(read.rotation(), event.rotation(), rtol=0, atol=1e-13)
    assert sequence_text(back, sense) == sequence_text(
        parse(sequence_text(back, sense), sense), sense
    )


def test_a_list_of_events_and_its_text_are_the_same_protocol():
    events = (Pulse(90), Delay(50.0), Pulse(180, 90), Delay(100))
    protocol = Protocol(sequence=events)
    assert protocol == Protocol(sequence="90x 50.0us 180y 100.0us")
    assert (
        protocol.events
        == Protocol(sequence=list(events)).events
        == Protocol(sequence="90x 50us 180y 100us").events
    )
    assert protocol.events == Protocol(phase_2=90).events


@pytest.mark.parametrize(
    ("text", "pulse"),
    [
        ("90x", Pulse(90, 0)),
        ("90y", Pulse(90, 90)),
        ("90-x", Pulse(90, 180)),
        ("90-y", Pulse(90, 270)),
        ("-90x", Pulse(-90, 0)),
        ("120@45", Pulse(120, 45)),
        ("120@-45", Pulse(120, -45)),
        ("90°x", Pulse(90, 0)),
        ("120°@45°", Pulse(120, 45)),
        ("90X", Pulse(90, 0)),
        ("1.8e2y", Pulse(180, 90)),
        (".5x", Pulse(0.5, 0)),
        ("90.x", Pulse(90, 0)),
    ],
)
def test_notation_of_pulses(text, pulse):
    assert parse(text) == (pulse,)


@pytest.mark.parametrize(
    "text",
    [
        "90x 50us 180y 100us",
        "90x,50us,180y,100us",
        " 90x - 50us - 180y - 100us ",
        "90x – 50µs – 180y – 100μs",
        "90x;50US\n180Y\t100us",
    ],
)
def test_ways_to_separate_events(text):
    assert parse(text) == (Pulse(90), Delay(50), Pulse(180, 90), Delay(100))


@pytest.mark.parametrize(
    ("sequence", "sentence"),
    [
        ("", "A sequence has 1 to 1000 pulses and delays, got 0"),
        ((), "A sequence has 1 to 1000 pulses and delays, got 0"),
        ([], "A sequence has 1 to 1000 pulses and delays, got 0"),
        (" - ", "A sequence has 1 to 1000 pulses and delays, got 0"),
        ("90x " * (MAX_EVENTS + 1), "A sequence has 1 to 1000 pulses and delays, got 1001"),
        ("90x -5us 180y 100us", r"A delay must be > 0 and at most 1e\+06 µs, got -5us"),
        ("90x 0us", "A delay must be > 0 .*got 0us"),
        ("90x 1e308us", "A delay must be > 0 .*got 1e308us"),
        ((Pulse(90), Delay(-5.0)), r"A delay must be > 0 .*got -5\.0us"),
        ((Pulse(90), Delay(float("nan"))), r"must be numbers, got Delay\(duration=nan\)"),
        ((Pulse(float("inf")), Delay(5)), r"must be numbers, got Pulse\(angle=inf"),
        ((Pulse("90"), Delay(5)), r"must be numbers, got Pulse\(angle='90'"),
        ((Pulse(None),), r"must be numbers, got Pulse\(angle=None"),
        ((Pulse(90), Delay("5")), r"must be numbers, got Delay\(duration='5'\)"),
        ((Pulse(90, 0, 2),), "The sense of a pulse must be -1 or 1, got 2"),
        ((Pulse(90), 50.0), "A sequence must be a list of Pulse and Delay, got float"),
        ((Pulse(90), Steps(5)), "A sequence must be a list of Pulse and Delay, got Steps"),
        ("721x", r"Angles and phases must be in \[-720, 720\]°, got 721x"),
        ("90@721", r"Angles and phases must be in \[-720, 720\]°, got 90@721"),
        ("1e999x", r"Angles and phases must be in \[-720, 720\]°, got 1e999x"),
        ("90", "'90' is neither a named sequence, nor a pulse or a delay"),
        ("90z 50us", "'90z' is neither a named sequence"),
        ("90x 50ms", "'50ms' is neither a named sequence"),
        ("hahn", "'hahn' is neither a named sequence"),
        ("nanus", "'nanus' is neither a named sequence"),
        ("90x50us", "'90x50us' is neither a named sequence"),
        ("<script>alert(1)</script>", "is neither a named sequence"),
        (
            None,
            "sequence must be one of hahn_echo, fid, cpmg, or a list of pulses and delays; got "
            "'None'",
        ),
        (
            7,
            "sequence must be one of hahn_echo, fid, cpmg, or a list of pulses and delays; got '7'",
        ),
        ({"90x": 1}, "sequence must be one of"),
        (
            "90x 0.1us 180y 1us",
            r"A delay must be at least one step dt, got 0\.1 µs and dt = 0\.5 µs\. Make dt smaller",
        ),
        ("90x 1e6us", "The echo would need 2,000,000 steps, at most 100,000"),
    ],
)
def test_lists_that_make_no_sense_are_refused(sequence, sentence):
    with pytest.raises(InputError, match=sentence):
        Protocol(sequence=sequence, dt=0.5)


def test_the_longest_list_is_accepted():
    text = "90x 1us " * (MAX_EVENTS // 2)
    assert len(Protocol(sequence=text, dt=0.5).events) == MAX_EVENTS


@given(text=st.text(alphabet="0123456789xyus-+.@°µ e,", max_size=30))
def test_any_text_is_read_or_refused_in_words(text):
    try:
        protocol = Protocol(sequence=text, dt=0.5)
    except InputError:
        return
    assert protocol.time.size > 0
    assert protocol.events == Protocol(sequence=parse(text), dt=0.5).events


def test_a_list_that_ends_in_a_pulse_is_followed_by_acquire():
    assert Protocol(sequence="90x 2us 180y", dt=0.5, acquire=6.0).events[-1] == Steps(12)
    assert Protocol(sequence="90x 2us 180y", dt=0.5, tau=2.0).events[-1] == Steps(8)
    assert (
        Protocol(sequence="90x", dt=0.5, acquire=6.0).events
        == Protocol(sequence="fid", dt=0.5, acquire=6.0).events
    )
    with pytest.raises(
        InputError,
        match=r"acquire must be at least one step dt, got acquire = 0\.2 µs and dt = 0\.5 µs",
    ):
        Protocol(sequence="90x", dt=0.5, acquire=0.2)


def test_a_list_that_ends_in_a_delay_needs_no_acquire():
    with pytest.raises(
        InputError, match=r"ends with a delay of its own, so acquire = 6 µs has no meaning"
    ):
        Protocol(sequence="90x 2us 180y 6us", dt=0.5, acquire=6.0)


@pytest.mark.parametrize(
    ("just_enough", "too_short", "echo"),
    [
        ({"tau": 5.0, "acquire": 5.0}, {"acquire": 4.5}, 5),
        ({"sequence": "cpmg", "tau": 5.0, "acquire": 5.0, "n_echoes": 3}, {"acquire": 4.5}, 5),
        ({"sequence": "cpmg", "tau": 5.0, "acquire": 5.0, "n_echoes": 1}, {"acquire": 4.5}, 5),
        ({"sequence": "90x 5us 180y 5us"}, {"sequence": "90x 5us 180y 4.5us"}, 5),
        (
            {"sequence": "3us 90x 2us 3us 100y 2us 3us"},
            {"sequence": "3us 90x 2us 3us 100y 2us 2us"},
            5,
        ),
        ({"sequence": "90x 5us 180y", "acquire": 5.0}, {"acquire": 4.5}, 5),
    ],
)
def test_a_record_that_misses_the_echo_is_refused(just_enough, too_short, echo):
    """Consecutive delays add up."""
    protocol = Protocol(dt=0.5, **just_enough)
    assert protocol.echo_times[-1] == pytest.approx(protocol.time[-1], rel=1e-12)
    with pytest.raises(
        InputError,
        match=rf"record ends .* µs after the last pulse and misses the echo, .* after {echo} µs",
    ):
        Protocol(dt=0.5, **just_enough | too_short)


def test_pulses_without_a_delay_between_them_are_one_composite_pulse():
    protocol = Protocol(sequence="90x 180y 5us", dt=0.5)
    assert protocol.events == (Pulse(90), Pulse(180, 90), Steps(10))
    assert protocol.pulse_times == (0.0, 0.0)
    assert protocol.echo_times == ()


def test_what_curves_of_one_batch_share():
    base = Protocol(tau=5.0, dt=0.5)
    for same in (
        {"angle_1": 33},
        {"phase_2": 10},
        {"noise": 0.1},
        {"sense": -1},
        {"sequence": "77x 5us 33y 10us"},
    ):
        assert Protocol(**{"tau": 5.0, "dt": 0.5} | same).grid == base.grid
    for other in (
        {"tau": 6.0},
        {"dt": 0.25},
        {"record": "all"},
        {"record": "before"},
        {"integrator": "exponential_midpoint"},
        {"carrier": 1.0},
        {"carrier_axis": 90.0},
        {"carrier_phase": "step_end"},
        {"acquire": 9.0},
        {"record_from": 2.0},
        {"record_every": 2},
        {"sequence": "fid"},
        {"sequence": "77x 33y 5us 10us"},
    ):
        assert Protocol(**{"tau": 5.0, "dt": 0.5} | other).grid != base.grid
