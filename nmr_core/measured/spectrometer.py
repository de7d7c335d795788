"""A simulated spectrometer: Hahn echoes of random protocols, as files would hold them.

    settings = random_settings(np.random.default_rng(0))
    measurement = record(settings)
    settings.echo_time                       # where the echo is on the clock of the file

The echo is simulated on fine steps with coupling and dephasing, and recorded on the coarser dwell
of the file, from any time, with the nuisances of a real receiver.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from nmr_core.experiment import Experiment, Material, Protocol, Sample
from nmr_core.io.measurement import Measurement
from nmr_core.presets.measured_echo import CUTOFF
from nmr_core.simulator import simulate

FINE = 0.1
"""Longest step of the simulation, µs."""
STEPS_PER_LINE = 60
"""Steps of the simulation in 1 / line width, at least."""
N_SITES = 32
"""Sites along each axis of the lattice."""
SPIKED = 100
"""Points from which a record may have spikes: in a short one they cover the echo."""
WIDEST_WINDOW = 20
"""Longest record after the echo, in widths of the echo of an uncoupled line."""


@dataclass(frozen=True)
class SpectrometerSettings:
    """Sample, protocol and receiver of one simulated measurement.

    Attributes
    ----------
    tau, dwell, start : float
        µs; ``start`` is that of the first point after the last pulse, < 0 with the FID before it.
    n_points : int
    line_width, offset : float
        MHz.
    omega_p : float
        Strength of the coupling, in line widths.
    xi : float
        Range of the coupling, sites.
    dephasing : float
        Loss of the echo by dephasing alone, as exp(-dephasing).
    snr : float
        Height of the echo over the noise of one channel.
    phase : float
        Degrees.
    baseline : complex
        In heights of the echo.
    scale : float
        Height of the echo in the unit of the file.
    ring_down : float
        Height of the ring-down of the probe at the first point, in heights of the echo.
    n_spikes : int
    clock : float
        Time of the first point on the clock of the file, µs.
    seed : int
    """

    tau: float
    dwell: float
    start: float
    n_points: int
    line_width: float
    offset: float
    omega_p: float
    xi: float
    dephasing: float
    snr: float
    phase: float = 0.0
    baseline: complex = 0j
    scale: float = 1.0
    ring_down: float = 0.0
    n_spikes: int = 0
    clock: float = 0.0
    seed: int = 0

    @property
    def echo_time(self) -> float:
        """Place of the echo on the clock of the file, µs."""
        return self.clock + self.tau - self.start

    @property
    def time(self) -> np.ndarray:
        """Times of the file, µs (n_points,)."""
        return self.clock + self.dwell * np.arange(self.n_points)

    @property
    def width(self) -> float:
        """FWHM of the modulus of the echo of an uncoupled Lorentzian line, µs."""
        return 2 * np.log(2) / (np.pi * self.line_width)


def random_settings(
    random: np.random.Generator, *, seed: int = 0, coupling: tuple[float, float] = (0.3, 1.5)
) -> SpectrometerSettings:
    """Return random settings.

    Parameters
    ----------
    random : numpy.random.Generator
        Source of the random numbers.
    seed : int
        Of the placement of the offsets and of the noise.
    coupling : tuple of float
        Lowest and highest strength, in line widths. Beyond about two of them the highest point of
        the echo is no longer at 2 tau.

    Notes
    -----
    tau 10-200 µs, dwell .1-2 µs, line .02-.3 MHz, SNR 20-500, offset up to 50 kHz either way. One
    record in six begins before the last pulse, one in six at the echo, the others between. A third
    has ring-down at its start; of those with 100 points or more two in five have spikes.
    """
    tau = float(np.exp(random.uniform(np.log(10), np.log(200))))
    dwell = float(np.exp(random.uniform(np.log(0.1), np.log(2))))
    line_width = float(np.exp(random.uniform(np.log(0.02), np.log(0.3))))
    width = 2 * np.log(2) / (np.pi * line_width)

    beginning = random.integers(6)
    if beginning == 0:
        start = -random.uniform(0, 1) * tau
    elif beginning == 1:
        start = max(0.5, tau - random.uniform(0, 0.5) * width)
    else:
        start = random.uniform(0.5, max(0.6, tau - width))
    stop = tau + width * np.exp(random.uniform(np.log(1.5), np.log(WIDEST_WINDOW)))
    n_points = int(np.clip((stop - start) / dwell, 24, 100_000))
    return SpectrometerSettings(
        tau=tau,
        dwell=dwell,
        start=float(start),
        n_points=n_points,
        line_width=line_width,
        offset=float(random.uniform(-0.05, 0.05)),
        omega_p=float(np.exp(random.uniform(*np.log(coupling)))),
        xi=float(np.exp(random.uniform(np.log(1), np.log(10)))),
        dephasing=float(random.uniform(0, 1.5)),
        snr=float(np.exp(random.uniform(np.log(20), np.log(500)))),
        phase=float(random.uniform(-180, 180)),
        baseline=complex(*random.normal(0, 0.03, 2)),
        scale=float(np.exp(random.uniform(np.log(1e-4), np.log(1e6)))),
        ring_down=float(random.choice([0, 0, random.uniform(0, 2)])),
        n_spikes=int(random.choice([0, 0, 0, 1, 2])) if n_points >= SPIKED else 0,
        clock=float(random.choice([0, 0, start, -random.uniform(0, 50)])),
        seed=seed,
    )


def experiment_of(settings: SpectrometerSettings) -> Experiment:
    """Return the experiment on fine steps, recorded until the end of the record."""
    finest = min(FINE, settings.dwell, 1 / (STEPS_PER_LINE * settings.line_width))
    dt = settings.tau / np.ceil(settings.tau / finest)
    stop = settings.start + settings.n_points * settings.dwell + 2 * dt
    sample = Sample(
        N_SITES,
        N_SITES,
        line_width=settings.line_width,
        cutoff=CUTOFF["lorentzian"] * settings.line_width,
    )
    protocol = Protocol(
        tau=settings.tau * (1 + 1e-12),
        dt=float(dt),
        record="all",
        integrator="exponential_midpoint",
        acquire=float(max(stop, settings.tau + dt)),
    )
    # Dephasing by exp(-gamma_3 s / 2) at the echo, s = 2 pi 2 tau
    gamma_3 = settings.dephasing / (2 * np.pi * settings.tau)
    material = Material("gaussian", xi=settings.xi, gamma_3=gamma_3)
    experiment = Experiment(material, protocol, sample)
    alpha = settings.omega_p * settings.line_width / (2 * experiment.W)
    return experiment.replace(alpha_x=alpha, alpha_y=alpha, alpha_z=0.0)


def echo_of(settings: SpectrometerSettings) -> np.ndarray:
    """Return the signal at the times of the file without receiver, complex (n_points,)."""
    experiment = experiment_of(settings)
    echo = simulate(experiment, seed=settings.seed)
    pulse = experiment.protocol.pulse_times[-1]
    wanted = settings.start + settings.dwell * np.arange(settings.n_points)

    # Both sides of the pulse separately; the pulse's own instant counts as after it
    after = np.flatnonzero(echo.time >= pulse - 1e-9)
    first = after[1] if echo.time[after[1]] - pulse < 1e-9 else after[0]
    signal = np.zeros(len(wanted), complex)
    for side, inside in ((slice(0, first), wanted < 0), (slice(first, None), wanted >= 0)):
        if inside.any():
            times = echo.time[side] - pulse
            signal[inside] = CubicSpline(times, echo.signal[side])(wanted[inside])
    return signal


def record(settings: SpectrometerSettings, *, name: str = "simulated echo") -> Measurement:
    """Return the measurement that a spectrometer with these settings would write.

    Parameters
    ----------
    settings : SpectrometerSettings
        Sample, protocol and receiver.
    name : str
        Of the measurement.
    """
    random = np.random.default_rng(settings.seed)
    signal = echo_of(settings)
    since = settings.time - settings.echo_time
    near = np.abs(since) <= max(settings.dwell, settings.width)
    height = float(np.abs(signal[near]).max())
    signal = signal / height

    # Receiver: offset, phase, baseline, ring-down, noise, spikes
    signal = signal * np.exp(2j * np.pi * settings.offset * since)
    signal = signal * np.exp(1j * np.radians(settings.phase)) + settings.baseline
    since_first = settings.dwell * np.arange(settings.n_points)
    ring = settings.ring_down * np.exp(-since_first / 0.5 + 2j * np.pi * 0.3 * since_first)
    signal = signal + ring
    sigma = 1 / settings.snr
    noise = random.normal(0, sigma, (2, settings.n_points))
    signal = signal + noise[0] + 1j * noise[1]
    places = random.integers(0, settings.n_points, settings.n_spikes)
    signal[places] += random.uniform(0.3, 2, settings.n_spikes)
    return Measurement(settings.time, settings.scale * signal, name=name)
