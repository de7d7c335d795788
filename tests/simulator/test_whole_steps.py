"""Many steps at once give the same bytes as one after the other."""

import numpy as np
import pytest

from nmr_core import Experiment
from nmr_core.errors import Cancelled
from nmr_core.progress import reporting
from nmr_core.simulator.batch import REPORT_EVERY, Batch
from nmr_core.simulator.offsets import draw_offsets

BASE = Experiment().replace(n_x=16, n_y=12, tau=5, alpha_x=0.02, gamma_2=0.001)
KINDS = {
    "secular": {},
    "coupled z": {"alpha_z": 0.01},
    "several echoes": {"sequence": "cpmg", "n_echoes": 3},
    "a list": {"sequence": "90x 3us 180y 2.5us 60x 1us"},
    "recorded after": {"record": "after"},
    "recorded before": {"record": "before"},
    "recorded all": {"record": "all"},
    "odd sides": {"n_x": 15, "n_y": 10},
    "fast": {"gamma_1": 0.05, "gamma_3": 0.05, "line_width": 2.0},
}


def _bytes(experiments: list[Experiment], dtype: str) -> tuple[bytes, bytes]:
    offsets = np.stack([draw_offsets(e.sample, k) for k, e in enumerate(experiments)])
    batch = Batch(experiments, offsets, dtype)
    mz = np.empty((len(experiments), len(experiments[0].protocol.time)))
    return batch.run(mz).tobytes(), mz.tobytes()


@pytest.mark.parametrize("n_curves", [1, 9, 19])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", KINDS)
def test_many_steps_at_once_give_the_same_bytes(kind, dtype, n_curves, monkeypatch):
    experiment = BASE.replace(**KINDS[kind])
    several = [experiment.replace(alpha_y=0.001 * k) for k in range(n_curves)]
    whole = _bytes(several, dtype)
    monkeypatch.setattr(Batch, "_has_whole_steps", False)
    assert whole == _bytes(several, dtype)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"integrator": "exponential_midpoint"}, False),
        ({"carrier": 1, "dt": 0.1}, False),
    ],
)
def test_they_are_used_where_the_couplings_are_constant(changes, expected):
    experiment = BASE.replace(**changes)
    batch = Batch([experiment], draw_offsets(experiment.sample, 0)[None], "float32")
    assert batch._has_whole_steps is expected


def test_a_run_is_stopped_between_two_reports():
    reports = []

    def stop(done: int, total: int, message: str) -> None:
        reports.append(done)
        if done >= 3 * REPORT_EVERY:
            raise Cancelled("enough")

    experiment = BASE.replace(tau=50)
    batch = Batch([experiment], draw_offsets(experiment.sample, 0)[None], "float32")
    with reporting(stop), pytest.raises(Cancelled):
        batch.run()
    assert reports[-1] == 3 * REPORT_EVERY
