"""Simulated echoes as a spectrometer would record them, found and prepared like measured ones.

The finder and the preparation leave errors that depend on the echo; a model that is calibrated on
their results has intervals that hold for them.
"""

import math
from dataclasses import dataclass

import numpy as np
from joblib import delayed
from scipy.interpolate import CubicSpline

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.effects import Context
from nmr_core.errors import InputError
from nmr_core.inference.intervals.curves import Curves
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.machines import machines
from nmr_core.measured.for_run import prepare_for_run, signals_of
from nmr_core.measured.found import find_echo
from nmr_core.measured.made_for import MadeFor
from nmr_core.measured.target import Target
from nmr_core.progress import Progress, silent

BASELINE = 0.02
"""Standard deviation of the baseline of a recorded echo, in heights of the echo."""
OFFSET = 1e-3
"""Least standard deviation of the carrier's distance from the line, MHz."""
MOST_POINTS = 1500
"""Recorded points about the echo; more of a long record are noise."""
MARGIN = 1.6
"""Length of the record about the echo, at least, in lengths of the window of the model."""
BLOCK = 50
"""Samples that a process prepares at once."""
ALONE = 5.0
"""Seconds of preparing before other processes are started."""
FIT, SCORE = 0.45, 0.45
"""Shares of the signals that fit the intervals and give their scores; the rest check them."""


@dataclass(frozen=True, eq=False)
class Recorder:
    """Records simulated signals as the measurement was recorded.

    Attributes
    ----------
    made_for : MadeFor
        Protocol, noise and carrier.
    time : float array (n_times,)
        Of the simulated signals, µs.
    echo_time : float
        µs.
    """

    made_for: MadeFor
    time: np.ndarray
    echo_time: float

    def record(self, sample: np.ndarray, random: np.random.Generator) -> list[Measurement]:
        """Return the signals of a sample, complex (n_settings, n_times), as measurements."""
        m = self.made_for
        # Recorded points about the echo, not in step with those of the simulation
        k = self.n_averaged
        points = np.arange(m.n_points // k) * k + (k - 1) / 2
        t = _near_echo(m.record_start - m.tau + m.dwell * (points + random.uniform(-0.5, 0.5)))
        signals = np.stack([self._at(signal, t) for signal in sample])
        height = float(np.abs(sample).max())
        sd = max(abs(m.offset), OFFSET)
        turn = np.exp(2j * np.pi * (sd * random.standard_normal() * t + random.random()))
        snr = np.exp(random.uniform(*np.log([m.snr_low, m.snr_high])))
        noise = random.standard_normal((2, *signals.shape)) / (snr * np.sqrt(k))
        baseline = BASELINE * (random.standard_normal((len(sample), 2)) @ np.array([1, 1j]))
        recorded = signals / height * turn + baseline[:, None] + noise[0] + 1j * noise[1]
        return [Measurement(t - t[0], one) for one in recorded]

    @property
    def n_averaged(self) -> int:
        """Points that are recorded as one, so that few enough of them cover the window."""
        reach = max(self.echo_time - self.time[0], self.time[-1] - self.echo_time)
        return max(1, math.ceil(2 * MARGIN * reach / (MOST_POINTS * self.made_for.dwell)))

    def _at(self, signal: np.ndarray, t: np.ndarray) -> np.ndarray:
        """A signal at times after the echo; beyond the simulated ones it dies out."""
        own = self.time - self.echo_time
        inside = np.clip(t, own[0], own[-1])
        value = CubicSpline(own, signal)(inside)
        return value * np.exp(-np.abs(t - inside) / self.made_for.width)


def _near_echo(t: np.ndarray) -> np.ndarray:
    """At most :data:`MOST_POINTS` times about 0."""
    if len(t) <= MOST_POINTS:
        return t
    first = int(np.clip(np.searchsorted(t, 0) - MOST_POINTS // 2, 0, len(t) - MOST_POINTS))
    return t[first : first + MOST_POINTS]


@dataclass(frozen=True, eq=False)
class PreparedCurves:
    """Signals of a calibration, and what the finder found in them.

    Attributes
    ----------
    curves : Curves
    widths : float array (n,)
        Widths of the echoes, µs.
    n_refused : int
        Signals in which no echo was found, or that the preparation refused.
    """

    curves: Curves
    widths: np.ndarray
    n_refused: int


def prepared_curves(
    run: Run,
    target: Target,
    made_for: MadeFor,
    dataset: EchoDataset,
    *,
    seed: int = 0,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> PreparedCurves:
    """Record simulated signals, prepare them like measurements, and part them for a calibration.

    Parameters
    ----------
    run : Run
        The model.
    target : Target
        Of the model.
    made_for : MadeFor
        What it was made for.
    dataset : EchoDataset
        Signals without receiver.
    seed : int
        Of the receiver.
    n_jobs : int
        Processes.
    progress : callable
        Called with (done, total, message).

    Raises
    ------
    InputError
        If the preparation refuses nearly all.
    """
    assert target.echo_time is not None
    assert dataset.preset is not None
    signals = dataset.signals
    context = Context.of(dataset.preset.experiments()[0].protocol)
    # Other processes get the manifest alone: the model has many megabytes
    described = Run(run.manifest)
    recorder = Recorder(made_for, target.time, target.echo_time)
    blocks = [range(k, min(k + BLOCK, len(signals))) for k in range(0, len(signals), BLOCK)]
    tasks = (
        delayed(_prepared)(
            described, target, recorder, signals[block.start : block.stop], block, seed
        )
        for block in blocks
    )
    prepared: list[tuple[np.ndarray, float] | None] = []
    with machines(n_jobs, alone=ALONE) as in_order:
        results = in_order(tasks)
        try:
            for several in results:
                prepared += several
                progress(len(prepared), len(signals), "preparing like measurements")
        finally:
            results.close()
    rows = [k for k, one in enumerate(prepared) if one is not None]
    usable = [one for one in prepared if one is not None]
    if len(usable) < max(20, 0.2 * len(prepared)):
        raise InputError(
            f"An echo was found in {len(usable)} of {len(prepared)} simulated records of this "
            "protocol, too few for a model. Record a longer window about the echo, average more "
            "scans, or give a smaller range of omega_p."
        )
    first, second = round(FIT * len(usable)), round((FIT + SCORE) * len(usable))
    parts = slice(0, first), slice(first, second), slice(second, len(usable))
    table = dataset.parameters.iloc[rows].reset_index(drop=True)
    curves = Curves(table, np.stack([one[0] for one in usable]), parts, context, "fresh")
    widths = np.array([one[1] for one in usable])
    return PreparedCurves(curves, widths, len(prepared) - len(usable))


def _prepared(
    run: Run,
    target: Target,
    recorder: Recorder,
    signals: np.ndarray,
    numbers: range,
    seed: int,
) -> list[tuple[np.ndarray, float] | None]:
    """(prepared signals, width of the echo) of each sample; None where it is refused."""
    results: list[tuple[np.ndarray, float] | None] = []
    for number, sample in zip(numbers, signals, strict=True):
        measurements = recorder.record(sample, np.random.default_rng([seed, number]))
        try:
            width = find_echo(measurements[0]).width
            prepared = prepare_for_run(run, measurements, target=target)
        except InputError:
            results.append(None)
            continue
        results.append((signals_of(prepared), float(width)))
    return results
