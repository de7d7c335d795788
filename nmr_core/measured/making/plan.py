"""From what was measured to the model that fits it: preset, effects, sizes.

    plan = plan_model(measurements, protocol)
    print(*plan.sentences, sep="\n")
    run = make_model(plan)

The plan holds everything that determines the model; it goes through a job as JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.kernels import KERNELS
from nmr_core.measured.acquired import Acquired, contradiction
from nmr_core.measured.found import FoundEcho, find_echo
from nmr_core.measured.made_for import MadeFor
from nmr_core.measured.making.budget import CHOICES, OVERHEAD, SIZES, chosen_size
from nmr_core.measured.making.grid import Grid, grid_for
from nmr_core.measured.making.nuisances import SNR_SPREAD, effects_for
from nmr_core.measured.making.prior import LINE_FACTORS, XI_SHARE, prior_rows
from nmr_core.presets import Preset, preset, preset_from_dict, table_preset

PRESET = "measured_echo"
GAUSSIAN_LINE = 2.0
"""Width of a Gaussian line over that of a Lorentzian one with an echo as wide."""
LINES = {"lorentzian": 1.0, "gaussian": GAUSSIAN_LINE, "pseudo_voigt": 1.35}
"""Shape of the line -> its width over that of a Lorentzian one with an echo as wide."""
SHORT_PULSE = 0.3
"""Length of a pulse times the width of the line from which it does not excite the whole line."""
CALIBRATION = 0.35
"""Share of the curves that calibrate the model, up to :data:`MOST_CALIBRATION`."""
MOST_CALIBRATION = 5000
"""Curves that are found and prepared like measurements: 31 ms each."""


@dataclass(frozen=True)
class ModelPlan:
    """Everything that determines a made model.

    Attributes
    ----------
    title : str
    size : str
        A name in ``SIZES``.
    recipe : dict
        Of the preset, see :mod:`nmr_core.presets.recipe`.
    effects : list of dict
        Measurement effects in their order.
    made_for : MadeFor
        Protocol; the widths of simulated echoes follow in :func:`make_model`.
    n_train, n_calibrate : int
        Simulated curves that train and that calibrate.
    n_side : int
        Sites along each side of the lattice.
    seconds : float
        Expected duration on this machine, s.
    seed : int
    notes : tuple of str
        What the simulation cannot describe.
    """

    title: str
    size: str
    recipe: dict[str, Any]
    effects: list[dict[str, Any]]
    made_for: MadeFor
    n_train: int
    n_calibrate: int
    n_side: int
    seconds: float
    seed: int = 0
    notes: tuple[str, ...] = ()

    @property
    def preset(self) -> Preset:
        """Prior and protocol of the simulations."""
        return preset_from_dict(self.recipe)

    @property
    def n_curves(self) -> int:
        """All simulated curves."""
        return self.n_train + self.n_calibrate

    @property
    def sentences(self) -> tuple[str, ...]:
        """What will be made, and for what."""
        drawn = ", ".join(
            f"{spec.symbol} {spec.low:.3g} to {spec.high:.3g} {spec.unit}".strip()
            for spec in self.preset.drawn
        )
        return (
            self.made_for.sentence,
            f"{self.n_curves:,} echoes of {self.n_side} × {self.n_side} spins are simulated: "
            f"{drawn}.",
            f"Expected duration: {duration_text(self.seconds)}.",
            *self.notes,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return asdict(self) | {"made_for": self.made_for.to_dict(), "notes": list(self.notes)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "ModelPlan":
        """Return what :meth:`to_dict` wrote.

        Raises
        ------
        InputError
            If fields are missing.
        """
        try:
            values = {field.name: stored[field.name] for field in fields(cls)}
        except (KeyError, TypeError) as error:
            raise InputError(f"This is no plan of a model ({error}). Plan it again.") from None
        made_for = MadeFor.from_dict(values["made_for"])
        return cls(**values | {"made_for": made_for, "notes": tuple(values["notes"])})


def duration_text(seconds: float) -> str:
    """Return a duration in words, such as "about 2 minutes"."""
    if seconds < 90:
        return f"about {10 * max(1, round(seconds / 10))} s"
    return f"about {round(seconds / 60)} minutes"


def plan_model(
    measurements: Sequence[Measurement],
    acquired: Acquired | Sequence[Acquired],
    *,
    size: str = "quick",
    kernel: str = "gaussian",
    kernels: Sequence[str] = (),
    ranges: Mapping[str, tuple[float, float]] | None = None,
    ratio_z: float | tuple[float, float] | None = None,
    line: str | None = None,
    line_width: float | None = None,
    echoes: Sequence[FoundEcho] | None = None,
    seed: int = 0,
) -> ModelPlan:
    """Plan the model that fits measurements.

    Parameters
    ----------
    measurements : sequence of Measurement
        One per setting of a sample, or several of one protocol.
    acquired : Acquired or sequence of Acquired
        What was measured; one for all, or one per measurement.
    size : str
        "quick" or "standard".
    kernel : str
        A name in ``KERNELS``.
    kernels : sequence of str
        At most one name, in place of ``kernel``.
    ranges : mapping, optional
        Name of a parameter -> (low, high), in place of the defaults.
    ratio_z : float or (low, high), optional
        Coupling along the field over that across it; default: 0.
    line : str, optional
        Shape of the line: "lorentzian" (default), "gaussian" or "pseudo_voigt".
    line_width : float, optional
        Full width of the line, MHz; default: a parameter of the model about the width that follows
        from that of the echo.
    echoes : sequence of FoundEcho, optional
        One per measurement; default: they are found.
    seed : int
        Of the simulations.

    Raises
    ------
    InputError
        For a protocol that cannot be simulated: the sentence names the option that would be needed.
    """
    measurements = list(measurements)
    if not measurements:
        raise InputError("A model is made for at least one measurement, got none. Give a file.")
    kernel, line = _checked_names(size, kernel, kernels, line)
    several = [acquired] * len(measurements) if isinstance(acquired, Acquired) else list(acquired)
    for measurement, one in zip(measurements, several, strict=True):
        _check_simulated(measurement, one)
    if echoes is None:
        echoes = [
            find_echo(measurement, near=_expected(measurement, one))
            for measurement, one in zip(measurements, several, strict=True)
        ]
    settings = _settings(several, len(measurements))
    for measurement, echo, one in zip(measurements, echoes, several, strict=True):
        _check_echo(measurement, echo, one)

    # Line and grid
    narrow = max(echoes, key=lambda echo: echo.snr)
    width = line_width if line_width is not None else narrow.line_width * LINES[line]
    _check_line(width)
    widest = width * (1.0 if line_width is not None else LINE_FACTORS[1])
    first = several[0]
    assert first.tau is not None
    assert first.start is not None
    assert first.stop is not None
    grid = grid_for(first.tau, first.start, first.stop, first.dwell, narrow.width, widest, line)
    averaged = max(1, round(grid.dwell / first.dwell))

    rows = prior_rows(
        tau=grid.tau,
        kernel=kernel,
        line_width=width,
        estimate_line=line_width is None,
        ratio_z=ratio_z,
        ranges=ranges,
    )
    described = _preset(rows, grid, kernel, line, width, line_width is not None, settings)
    weakest = min(echoes, key=lambda echo: echo.snr)
    made_for = MadeFor(
        sequence=first.sequence,
        tau=first.tau,
        start=grid.window[0],
        stop=grid.window[1],
        dwell=first.dwell,
        averaged=averaged,
        record_start=first.start,
        n_points=first.n_points,
        offset=float(narrow.offset),
        width=narrow.width,
        width_low=narrow.width / 2,
        width_high=narrow.width * 2,
        line=line,
        line_width=width,
        line_is_given=line_width is not None,
        kernel=kernel,
        angles=settings,
        snr_low=weakest.snr / SNR_SPREAD,
        snr_high=narrow.snr * SNR_SPREAD,
        size=size,
    )
    return _sized(
        ModelPlan(
            title=_title(made_for),
            size=size,
            recipe=described.to_dict(),
            effects=effects_for(
                weakest,
                averaged=averaged,
                dwell=grid.dwell,
                line_is_given=line_width is not None,
            ),
            made_for=made_for,
            n_train=0,
            n_calibrate=0,
            n_side=0,
            seconds=0.0,
            seed=seed,
            notes=tuple(_notes(first, width)),
        )
    )


def _sized(plan: ModelPlan) -> ModelPlan:
    """The plan with the lattice and the number of curves that this machine simulates in time."""
    size = SIZES[plan.size]
    described = plan.preset
    longest = described.drawn["xi"].high if "xi" in described.drawn.names else 0.0
    side, n, seconds = chosen_size(size, described, 16 if plan.size == "tiny" else None)
    if longest > XI_SHARE * side:
        spec = described.drawn["xi"]
        if spec.low >= XI_SHARE * side:
            raise InputError(
                f"The range of xi is {spec.low:g} to {spec.high:g} sites; a lattice of {side} × "
                f"{side} spins holds at most {XI_SHARE * side:g}. Give a smaller range, or the "
                "size standard."
            )
    n_calibrate = min(MOST_CALIBRATION, round(CALIBRATION * n))
    fixed = described.fix(n_x=side, n_y=side)
    return replace(
        plan,
        recipe=fixed.to_dict(),
        n_train=n - n_calibrate,
        n_calibrate=n_calibrate,
        n_side=side,
        seconds=seconds + OVERHEAD[plan.size],
    )


def _preset(
    rows: list,
    grid: Grid,
    kernel: str,
    line: str,
    width: float,
    line_is_given: bool,
    settings: tuple[tuple[float, float], ...],
) -> Preset:
    """The preset of the simulations, on its default lattice."""
    fixed: dict[str, Any] = {**grid.fields, "kernel": kernel, "line": line, "noise": 0.0}
    if line_is_given:
        fixed["line_width"] = width
    described = table_preset(rows, preset(PRESET), "sobol").fix(**fixed)
    angles = [pair[0] for pair in settings], [pair[1] for pair in settings]
    if len(settings) > 1:
        return described.measure(angle_1=angles[0], angle_2=angles[1])
    return described.fix(angle_1=angles[0][0], angle_2=angles[1][0])


def _checked_names(
    size: str, kernel: str, kernels: Sequence[str], line: str | None
) -> tuple[str, str]:
    """Kernel and line, by names that exist."""
    if size not in SIZES:
        raise InputError(f"size must be {' or '.join(CHOICES)}, got {str(size)[:40]!r}.")
    if len(kernels) > 1:
        raise InputError(
            f"A model is made for one kernel, got {', '.join(map(str, kernels))[:80]}. Make one "
            "for each, and compare how their simulations explain the echo."
        )
    kernel = kernels[0] if kernels else kernel
    if kernel not in KERNELS:
        raise InputError(f"kernel must be one of {', '.join(KERNELS)}, got {str(kernel)[:40]!r}.")
    line = line or "lorentzian"
    if line not in LINES:
        raise InputError(f"line must be one of {', '.join(LINES)}, got {str(line)[:40]!r}.")
    return kernel, line


def _check_simulated(measurement: Measurement, one: Acquired) -> None:
    """:class:`InputError` for what no made model can be simulated for."""
    name = measurement.name
    if one.sequence != "hahn_echo":
        raise InputError(
            f"{name} was measured with the sequence {one.sequence}; models are made for Hahn "
            "echoes (sequence hahn_echo). Give the echo of two pulses, or say so if it is one."
        )
    if one.missing:
        raise InputError(
            f"To make a model, {' and '.join(one.missing)} of {name} must be known. Give tau, the "
            "time between the two pulses in µs, or start, the time of the first point after the "
            "last pulse."
        )
    if measurement.magnitude:
        raise InputError(
            f"{name} holds magnitudes, whose phase is lost; a model of magnitudes would need the "
            "option magnitude, which made models do not have. Give both channels."
        )
    if measurement.real_only:
        raise InputError(
            f"{name} holds one channel; a model of one channel would need the option real_only, "
            "which made models do not have. Give both channels."
        )
    if not measurement.uniform:
        raise InputError(
            f"The points of {name} are not equally spaced, so its dwell is unknown. Give a record "
            "on a uniform grid."
        )


def _check_echo(measurement: Measurement, echo: FoundEcho, one: Acquired) -> None:
    if echo.kind != "echo":
        raise InputError(
            f"{measurement.name} holds a decay that is highest at the start of the record, "
            f"{echo.time:.4g} µs, not an echo with two sides. Record from an earlier time, or give "
            "near, the time of the echo in the file."
        )
    problem = contradiction(one, measurement, echo)
    if problem:
        raise InputError(f"No model can be made for {measurement.name}: {problem}")


def _check_line(width: float) -> None:
    if not 1e-5 <= width <= 5:
        raise InputError(
            f"The line must be .00001 to 5 MHz wide, got {width:.3g} MHz. Give line_width in MHz."
        )


def _expected(measurement: Measurement, one: Acquired) -> float | None:
    """Place of the echo on the clock of the file, µs; None if it is not known otherwise."""
    if one.tau is None or one.start is None or "echo" in (one.origins or {}).values():
        return None
    return float(measurement.time[0]) + one.tau - one.start


def _settings(several: Sequence[Acquired], n: int) -> tuple[tuple[float, float], ...]:
    """Pulse angles of each setting; those of the first for several of one protocol."""
    first = several[0]
    pairs = [(one.angle_1, one.angle_2) for one in several]
    for one in several[1:]:
        if abs(one.dwell / first.dwell - 1) > 0.01:
            raise InputError(
                f"The measurements have a dwell of {first.dwell:.4g} and {one.dwell:.4g} µs; one "
                "model needs the same for all. Make a model for each."
            )
        tau = 0.0 if one.tau is None else one.tau
        if first.tau is not None and abs(tau - first.tau) > 0.005 * first.tau + first.dwell:
            raise InputError(
                f"The measurements have tau {first.tau:.4g} and {tau:.4g} µs; one model needs the "
                "same for all. Make a model for each."
            )
    different = list(dict.fromkeys(pairs))
    if len(different) == 1:
        return (different[0],)
    if len(different) != n:
        raise InputError(
            f"{n} measurements have {len(different)} pairs of pulse angles. Give one measurement "
            "per pair, or average those of one pair first."
        )
    return tuple(pairs)


def _title(made_for: MadeFor) -> str:
    angles = f", {len(made_for.angles)} angles" if len(made_for.angles) > 1 else ""
    return (
        f"Made: tau {made_for.tau:.4g} µs, dwell {made_for.dwell:.3g} µs, line "
        f"{1e3 * made_for.line_width:.3g} kHz, {made_for.kernel.replace('_', ' ')} kernel{angles}"
    )


def _notes(one: Acquired, width: float) -> list[str]:
    """What the simulation leaves out."""
    notes = []
    longest = max(one.pulse_1, one.pulse_2)
    if longest * width > SHORT_PULSE:
        notes.append(
            f"The pulses are up to {longest:.3g} µs long and excite about {1e3 / longest:.3g} kHz; "
            f"the line is {1e3 * width:.3g} kHz wide. The simulation has ideal pulses, so it may "
            "fail to explain the echo: it would need pulses of finite length."
        )
    return notes
