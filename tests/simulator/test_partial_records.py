"""A record from some time on, or of every k-th point: the same points of the full record."""

import numpy as np
import pytest
from any_physics import LISTS, Naive, materials, offsets_of, protocol
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_core import Experiment, InputError, Protocol, Sample, generate, preset, simulate
from nmr_core.effects import Context
from nmr_core.experiment import RECORDS
from nmr_core.simulator import movie, simulate_batch, sweep
from nmr_core.simulator.reference import plain_echo
from nmr_core.symmetries import symmetries

SMALL = {"n_x": 6, "n_y": 5, "tau": 5.0, "dt": 0.25}


def kept(full: Protocol, record_from: float, record_every: int) -> np.ndarray:
    """Indices of the points that are left, from the times alone."""
    late = np.arange(len(full.time))
    if record_from:
        since = Context.of(full).since_pulse
        after_last = np.cumsum(np.diff(since, prepend=np.inf) < 0) == len(full.pulses)
        if full.pulse_times[0] > 0 and np.isinf(since[0]):
            after_last = np.isfinite(since) & after_last
        late = late[after_last & (since >= record_from - 1e-9)]
    return late[::record_every]


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("sequence", LISTS)
@pytest.mark.parametrize(("record_from", "record_every"), [(0, 3), (0.5, 1), (0.6, 2), (0, 1)])
def test_the_points_of_the_full_record(record, sequence, record_from, record_every):
    full = protocol(sequence, record=record)
    part = protocol(sequence, record=record, record_from=record_from, record_every=record_every)
    chosen = kept(full, record_from, record_every)
    assert (part.time == full.time[chosen]).all()
    assert (Context.of(part).since_pulse == Context.of(full).since_pulse[chosen]).all()
    experiment = Experiment(protocol=full, sample=Sample(4, 3)).replace(alpha_x=0.2, xi=1.0)
    whole = simulate(experiment, seed=1)
    echo = simulate(experiment.replace(record_from=record_from, record_every=record_every), seed=1)
    assert echo.signal.tobytes() == whole.signal[chosen].tobytes()
    assert echo.mz.tobytes() == whole.mz[chosen].tobytes()


@settings(max_examples=25)
@given(
    materials(),
    st.sampled_from(sorted(RECORDS)),
    st.floats(0, 1.5),
    st.integers(1, 4),
    st.sampled_from(["exponential_euler", "exponential_midpoint"]),
)
def test_any_physics_in_vectors_without_vectors_and_in_plain_numpy(
    material, record, record_from, every, integrator
):
    part = {"record_from": record_from, "record_every": every, "integrator": integrator}
    for n_x, n_y in ((4, 6), (11, 3)):  # with and without vectors
        full = Experiment(material, protocol("hahn_echo", record=record), Sample(n_x, n_y))
        full = full.replace(alpha_x=0.05, alpha_z=0.02, integrator=integrator)
        some = full.replace(**part)
        chosen = kept(full.protocol, record_from, every)
        whole, echo = (simulate_batch([e, e], [3, 4], "float64") for e in (full, some))
        assert echo.tobytes() == np.ascontiguousarray(whole[:, chosen]).tobytes()
    offsets = offsets_of(some.sample, 1)
    if integrator == "exponential_euler":
        naive = Naive(full, offsets).stepped()[chosen]
        np.testing.assert_allclose(simulate(some, offsets=offsets).signal, naive, atol=1e-10)
        np.testing.assert_allclose(plain_echo(some, offsets), naive, atol=1e-10)


def test_the_defaults_record_all():
    assert Protocol(record_from=0.0, record_every=1) == Protocol()
    assert Protocol().recordings == (range(1, 158), range(1, 315))


def test_an_echo_without_the_free_induction_decay():
    full = Protocol(tau=50.0, dt=0.25)
    echo = Protocol(tau=50.0, dt=0.25, record_from=30.0, record_every=4)
    assert (echo.time[0], echo.time[-1], len(echo.time)) == (80.0, 150.0, 71)
    assert echo.echo_times == full.echo_times == (100.0,)
    assert echo.echo_window == (80.0, 150.0)
    assert full.echo_window == (75.0, 150.0)
    assert echo.echo_span == (79.875, 120.375)
    assert Context.of(echo).echo_window == echo.echo_window
    assert len(Context.of(echo).pieces) == 1


def test_only_recorded_echoes_of_a_train_count():
    train = Protocol(sequence="cpmg", tau=5.0, dt=0.5, n_echoes=3, record_from=1.0)
    assert train.pulse_times == (0.0, 5.0, 15.0, 25.0)
    assert train.echo_times == (30.0,)
    assert train.echo_time == 30.0
    assert train.time[0] == 26.0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"record_from": 6.0},
            r"record begins 6 µs after the last pulse and misses the echo, .* after 5 µs",
        ),
        ({"record_from": 11.0}, r"at least 2 points, got record_from = 11 µs and record_every = 1"),
        ({"record_every": 70}, "at least 2 points, got record_from = 0 µs and record_every = 70"),
        (
            {"sequence": "90x 5us 180y 6us", "record_from": 5.5, "record_every": 2},
            "record begins 5.5 µs after the last pulse and misses the echo",
        ),
        ({"record_from": -1.0}, r"record_from must be in \[0, 30000\] µs"),
        ({"record_every": 0}, r"record_every must be in \[1, 10000\]"),
        ({"record_every": 1.5}, "record_every must be a whole number"),
    ],
)
def test_records_without_the_echo_or_without_points_are_refused(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        Protocol(**{"tau": 5.0, "dt": 0.25} | changes)


def test_what_is_not_recorded_is_simulated_all_the_same():
    """A coarse record of fine steps is better than coarse steps."""
    base = preset("lab").build(**SMALL | {"acquire": 10.0}, omega_p=3.0)
    fine = simulate(base.replace(dt=0.0625, record_every=8)).signal
    best = simulate(base.replace(dt=0.015625, record_every=32)).signal
    coarse = simulate(base.replace(dt=0.5)).signal
    # Recorded after every step: the first points are at one fine and at one coarse step
    assert np.abs(fine[1:] - best[1:]).max() < 0.1
    assert coarse.shape == fine.shape


def test_a_data_set_holds_the_recorded_points_only(tmp_path):
    part = preset("lab").fix(**SMALL, record_from=2.0, record_every=2)
    dataset = generate(part, 3, seed=1, path=tmp_path / "ds", effects="dead_time:duration=3")
    full = generate(preset("lab").fix(**SMALL), 3, seed=1, effects="dead_time:duration=3")
    chosen = kept(full.preset.experiments()[0].protocol, 2.0, 2)
    assert dataset.signals.shape == (3, 4, len(chosen))
    noiseless = [name.fix(noise=0.0) for name in (part, preset("lab").fix(**SMALL))]
    one, other = (generate(clean, 3, seed=1) for clean in noiseless)
    assert one.signals.tobytes() == np.ascontiguousarray(other.signals[..., chosen]).tobytes()
    assert dataset.manifest.time == one.manifest.time


def test_sweeps_movies_symmetries_and_progress_know_it():
    part = preset("cuda_2023").fix(**SMALL, record_from=3.0, record_every=3)
    assert [s.name for s in symmetries(part)] == [
        s.name for s in symmetries(preset("cuda_2023").fix(**SMALL))
    ]
    experiment = part.build(xi=1.0)
    assert movie(experiment, 3).time.tolist() == experiment.protocol.time[[0, 4, 9]].tolist()
    swept = sweep(part, "record_from", [1.0, 3.0], xi=1.0)
    assert [len(e.protocol.time) for e in swept.experiments] == [13, 10]
