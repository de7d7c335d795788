"""Small echoes, and what a spectrometer makes of them."""

import numpy as np
from scipy.interpolate import CubicSpline

from nmr_core.measured import Measurement
from nmr_core.presets import preset
from nmr_core.simulator import simulate_batch

TAU = 157 / np.pi
"""µs between the pulses, in whole steps."""


def curves_of(name, n, size=24, **held):
    """(time in µs, curves complex (n, n_times)) of a preset's prior."""
    chosen = preset(name).fix(n_x=size, n_y=size, **{"offsets": "stratified"} | held)
    drawn = [chosen.draw_sample(np.random.default_rng([7, k])).experiments[0] for k in range(n)]
    return np.asarray(drawn[0].protocol.time), simulate_batch(drawn, seeds=list(range(n)))


def continuous(time, curve, at, pulse=TAU):
    """The curve at any times: cubic splines around the second pulse, straight beyond the ends."""
    edge = pulse + 1e-6
    inner = np.clip(at, time[0], time[-1])
    out = np.empty(len(at), complex)
    for grid, mine in ((time <= edge, inner <= edge), (time > edge, inner > edge)):
        out[mine] = CubicSpline(time[grid], curve[grid])(inner[mine])
    return out


def measured(
    time,
    curve,
    rng,
    *,
    n=10_000,
    phase=0.0,
    scale=1.0,
    baseline=0.0,
    zero=0.0,
    snr=30.0,
    at=None,
    **more,
):
    """A measurement of the curve: turned by ``phase`` degrees, times ``scale``, on a baseline, with
    its clock ``zero`` µs ahead; noise is the receiver's, 1/2 · scale / snr in each channel."""
    at = np.linspace(time[0], time[-1], n) if at is None else at
    signal = scale * np.exp(1j * np.radians(phase)) * continuous(time, curve, at) + baseline
    if snr:
        signal = signal + scale / 2 / snr * (
            rng.standard_normal(len(at)) + 1j * rng.standard_normal(len(at))
        )
    return Measurement(at + zero, signal, **more)


def rms(difference):
    """Root mean square in Re and in Im."""
    return float(np.sqrt((np.abs(difference) ** 2).mean() / 2))
