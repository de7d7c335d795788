"""Ten choices of a laboratory on which designs are proven, with the reason for each.

They were written down before any design was computed or trained, from physics and from one look at
which single echoes determine the parameters (kernel ridge regression of 448 materials with other
seeds, receiver noise of the problem). Some are chosen because design should win, others because it
should not: a default that is good, or a random control that is hard to beat.

Lattices of 20 x 20 spins and time steps near the Nyquist limit keep ten proofs within minutes;
``default`` is what a physicist would measure without this page, for the same total time.
"""

import nmr_core as nmr
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.presets import Preset
from nmr_core.presets.table import Row, table_preset

SMALL = {"n_x": 20, "n_y": 20, "dt": 1.0, "integrator": "exponential_euler"}
"""A lattice and a step (µs) with which an echo takes about a millisecond."""
DILUTE = SMALL | {"dt": 5.0, "line_width": 0.01, "cutoff": 0.05}
"""A narrow line, 10 kHz, as of a dilute solid: T2 of milliseconds, so delays of milliseconds."""
TWO_PULSES = {"angle_1": [30, 60, 90, 120], "angle_2": [60, 90, 120, 150, 180]}
"""Angles of the two pulses, beside 90 and 180 degrees of the summer project."""


def uniform(name: str, low: float, high: float) -> Row:
    """Return a row of a prior."""
    return Row(name, "uniform", low, high)


def dilute() -> Preset:
    """Return weak anisotropic coupling and T2 = 1/(pi 10^-d MHz) between 0.3 and 100 ms."""
    rows = [
        uniform("omega_p", 0.05, 0.5),
        uniform("xi", 1, 8),
        uniform("ratio_y", 0, 1),
        uniform("ratio_z", -1, 1),
        uniform("d", 3, 5.5),
    ]
    return table_preset(rows, nmr.preset("lab")).fix(**DILUTE)


def sweep() -> Preset:
    """Return the material of the paper's pulse-angle sweep, with moderate couplings."""
    rows = [
        uniform("omega_p", 0.3, 3),
        uniform("xi", 1, 8),
        uniform("anisotropy", -1, 2),
    ]
    return table_preset(rows, nmr.preset("pulse_angle_sweep")).fix(**SMALL)


def summer(kernel: str) -> Preset:
    """Return a weak set of the summer project 2021, whose wish was a better choice of pulses."""
    return nmr.preset(f"gsoc_2021_weak_{kernel}").fix(n_x=20, n_y=20, dt=1.0, acquire=200.0)


def beta(angle: float, **more: float) -> Setting:
    """Return the setting of a pulse and one twice as long, as in the paper."""
    return Setting.of(angle_1=float(angle), angle_2=2.0 * angle, **more)


def hahn(tau: float, **more: float | str) -> Setting:
    """Return the setting of a Hahn echo with a delay in µs."""
    return Setting.of(tau=float(tau), **more)


def only(preset: Preset, *names: str) -> dict[str, float]:
    """Return weights 1 for these parameters and 0 for the others."""
    return {name: float(name in names) for name in preset.drawn.names}


def summer_gaussian() -> DesignProblem:
    """Which two pulses, for couplings and strength together?

    The 2021 data sets hold one echo of 90 and 180 degrees. A 180 pulse inverts m_z of all spins
    alike, so that alpha_z acts weakly; other second pulses mix m_z and m_xy and let it act. Four
    shots, SNR 50.
    """
    return DesignProblem.of(
        summer("gaussian"),
        vary=TWO_PULSES,
        default=[Setting.of(angle_1=90.0, angle_2=180.0)],
        noise=0.01,
        budget=4.0,
        most=2,
        seed=1,
    )


def summer_rkky() -> DesignProblem:
    """The same for an oscillating kernel, alpha_z alone, and sixteen shots: a larger budget."""
    preset = summer("rkky")
    return DesignProblem.of(
        preset,
        vary=TWO_PULSES,
        default=[Setting.of(angle_1=90.0, angle_2=180.0)],
        noise=0.01,
        budget=16.0,
        weights=only(preset, "alpha_z"),
        most=2,
        seed=2,
    )


def t2_one_echo() -> DesignProblem:
    """Which delay, for the dephasing rate alone?

    The decay of an echo is exp(-t/T2), so a delay near T2 tells most, but T2 is known only to two
    decades, coupling damps late echoes too, and smaller angles give less signal and more coupling.
    The default is the usual short echo. Four shots, SNR 25.
    """
    preset = dilute()
    return DesignProblem.of(
        preset,
        vary={"tau": [50, 100, 200, 400, 800, 1600], "angle_2": [60, 120, 180]},
        default=[hahn(50, angle_2=180.0)],
        noise=0.02,
        budget=4.0,
        weights=only(preset, "d"),
        most=2,
        seed=3,
    )


def t2_decay() -> DesignProblem:
    """Fewer delays with more shots, instead of a T2 decay of six delays?

    Delays that double are close to the best for a rate that is known to two decades: the default is
    good, and a gain should be small. Twelve shots, SNR 25.
    """
    preset = dilute()
    delays = [50, 100, 200, 400, 800, 1600]
    return DesignProblem.of(
        preset,
        vary={"tau": delays},
        default=Design.of({hahn(tau): 2 for tau in delays}),
        noise=0.02,
        budget=12.0,
        weights=only(preset, "d"),
        most=3,
        seed=4,
    )


def train_or_echo() -> DesignProblem:
    """A train of echoes or single ones, for the dephasing rate?

    A train measures the decay several times in one shot, but its pulses also let the coupling act
    more often. The default is a Hahn echo of 200 µs. Two shots of 10 s, SNR 25.
    """
    preset = dilute()
    single = [hahn(tau, sequence="hahn_echo", n_echoes=1) for tau in (50, 100, 200, 400, 800)]
    trains = [
        hahn(tau, sequence="cpmg", n_echoes=n_echoes)
        for tau in (50, 100, 200)
        for n_echoes in (2, 4, 8)
    ]
    return DesignProblem.of(
        preset,
        candidates=single + trains,
        default=[hahn(200, sequence="hahn_echo", n_echoes=1)],
        noise=0.02,
        seconds_per_shot=10.0,
        budget=20.0,
        weights=only(preset, "d"),
        most=2,
        seed=5,
    )


def strength_from_a_sweep() -> DesignProblem:
    """Is a sweep over all angles needed for the strength of the coupling alone?

    The paper's sweep spends as much on each angle; the strength shows most where the transverse
    moment is largest. Fifteen angles against a few of them with more shots, SNR 25.
    """
    preset = sweep()
    angles = [beta(angle) for angle in range(20, 161, 10)]
    return DesignProblem.of(
        preset,
        candidates=angles,
        default=angles,
        noise=0.02,
        budget=15.0,
        weights=only(preset, "omega_p"),
        most=3,
        seed=6,
    )


def wrong_pulses() -> DesignProblem:
    """Which angles, when all of them are wrong by an unknown 5 %?

    Anisotropy is invisible at exactly 90 and 180 degrees, where most echoes are measured; a wrong
    angle then looks like anisotropy. Two angles may calibrate each other. Eight shots, SNR 50.
    """
    preset = sweep()
    return DesignProblem.of(
        preset,
        candidates=[beta(angle) for angle in range(20, 161, 10)],
        default=[beta(90)],
        noise=0.01,
        budget=8.0,
        weights=only(preset, "omega_p", "anisotropy"),
        nuisances={"pulse_angle_error": 5.0},
        most=2,
        seed=7,
    )


def lab_as_it_is() -> DesignProblem:
    """Four other angles than the four of the preset ``lab``, all parameters alike?

    Measured before: three chosen echoes do what the four do, and the large gain of the bound is not
    realised. The default is good; no gain is expected. Four shots, SNR 100.
    """
    preset = nmr.preset("lab").fix(**SMALL)
    return DesignProblem.of(
        preset,
        vary={"angle_2": [10, 20, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180]},
        noise=0.005,
        budget=4.0,
        most=4,
        seed=8,
    )


def turn_the_crystal() -> DesignProblem:
    """Turn the crystal, or measure longer as it lies?

    Turning exchanges transverse and longitudinal couplings, which shows anisotropy, but takes 5 min
    of a budget of 10 min; another pulse angle shows it too and costs nothing. The default is the
    classical one, 90 and 180 degrees at both orientations. 2 s per shot, SNR 5.
    """
    preset = sweep()
    tilts = [0.0, 30.0, 60.0, 90.0]
    return DesignProblem.of(
        preset,
        candidates=[beta(angle, orientation=tilt) for angle in (30, 60, 90) for tilt in tilts],
        default=[beta(90, orientation=tilt) for tilt in (0.0, 90.0)],
        noise=0.1,
        seconds_per_shot=2.0,
        change={"orientation": 300.0},
        budget=600.0,
        weights=only(preset, "anisotropy", "omega_p"),
        most=3,
        seed=9,
    )


def challenge_low_signal() -> DesignProblem:
    """Average the challenge's echo, or change the delay, which takes half a minute?

    Short delays show the coupling, long ones the dephasing; a change costs 30 of 64 shots. xi
    cannot be known from this preset and is not counted. 1 s per shot, SNR 10.
    """
    preset = nmr.preset("ml4sci_2020_secular").fix(**SMALL)
    return DesignProblem.of(
        preset,
        vary={"tau": [25, 50, 100, 200], "angle_2": [60, 120, 180]},
        default=[Setting.of(tau=50.0, angle_2=180.0)],
        noise=0.05,
        change={"tau": 30.0},
        budget=64.0,
        weights=only(preset, "alpha", "p", "d"),
        most=3,
        seed=10,
    )


PROBLEMS = {
    build.__name__: build
    for build in (
        summer_gaussian,
        summer_rkky,
        t2_one_echo,
        t2_decay,
        train_or_echo,
        strength_from_a_sweep,
        wrong_pulses,
        lab_as_it_is,
        turn_the_crystal,
        challenge_low_signal,
    )
}
"""Name -> builder of a problem."""
