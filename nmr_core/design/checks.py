"""What makes a design problem unanswerable, one sentence each."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nmr_core.design.plain import YEAR, by_name, checked, number, shown
from nmr_core.design.settings import MAX_SHOTS, Design, Setting, check_number
from nmr_core.effects import EFFECTS
from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.presets import preset as named_preset

if TYPE_CHECKING:
    from nmr_core.design.problem import DesignProblem

MOST = Parameter(
    "most",
    "settings",
    "",
    1,
    16,
    4,
    integer=True,
    description="Largest number of different settings in a design.",
)
NOISE = Parameter(
    "noise",
    "σ",
    "",
    0,
    1,
    0.005,
    description="Standard deviation of noise in Re M and in Im M of one shot.",
)


WEIGHT = (1e-6, 1e6)
"""Smallest weight above 0, and the largest."""
LEAST_NOISE = 1e-9
LONGEST = 10
"""Largest factor by which a design is measured longer than the budget, to compare."""


def prior_of(preset: Preset | str) -> Preset:
    """Return the preset of a name, or the preset itself, without sampling densities."""
    if not isinstance(preset, Preset | str):
        raise InputError(
            f"What is known must be a preset or its name, got {shown(preset)}. Write 'lab', or "
            "nmr.preset('lab')."
        )
    return (named_preset(preset) if isinstance(preset, str) else preset).of_prior()


def check_fields(preset: Preset, settings: Sequence[Setting]) -> None:
    """Raise :class:`InputError` for a field that the prior draws."""
    changed = {name for setting in settings for name, _ in setting.fields}
    drawn = sorted(changed & set(preset.drawn.names))
    if drawn:
        raise InputError(
            f"{drawn[0]} is drawn by {preset.name}, so it cannot be chosen as a setting as well. "
            f"Fix it in the prior, or leave {drawn[0]} out of the settings."
        )


def check_settings(problem: "DesignProblem") -> None:
    """Raise :class:`InputError` if no setting can change, or one of them cannot be measured."""
    if not problem.settings or len(problem.all_settings) < 2:
        raise InputError(
            "No setting may change, so there is no other measurement to choose. Give values such "
            "as vary={'angle_2': [30, 60, 90, 180]}."
        )
    check_number(len(problem.all_settings))
    usual = set(problem.default.settings)
    measurements: dict[tuple, Setting] = {}
    for setting in problem.all_settings:
        try:
            protocol = problem.protocol(setting)
        except InputError as error:
            raise InputError(f"Setting {setting.label} cannot be measured: {error}") from None
        if setting in usual:
            of_default = f"{setting.label} of the default"
            problem.limits.check(protocol, of_default, "Choose a default without it")
        else:
            problem.limits.check(protocol, setting.label)
        same = (protocol.events, protocol.recordings, protocol.orientation)
        other = measurements.setdefault(same, setting)
        if other is not setting:
            changed = {name for name, _ in {*other.fields} ^ {*setting.fields}}
            if not changed & {"tau", "acquire", "sequence"}:
                raise InputError(
                    f"{other.label} and {setting.label} are the same measurement: "
                    f"{' and '.join(sorted(changed))} makes no difference in this sequence. Leave "
                    "it out, or choose another sequence."
                )
            raise InputError(
                f"{other.label} and {setting.label} are the same measurement on the time grid of "
                f"dt = {protocol.dt:.4g} µs, to which delays are cut. Give values that differ by "
                "at least one step, or a preset with a smaller dt."
            )


def noise_of(noise: float | None, preset: Preset, usual: float) -> float:
    """Return the noise of one shot: the given one, that of the preset, or the usual one."""
    if noise is None:
        noise = float(preset.build().protocol.noise) or usual
    value = float(checked(NOISE, noise))
    if value < LEAST_NOISE:
        raise InputError(
            f"noise must be > 0, at least {LEAST_NOISE:g}, got {value:g}: without noise every "
            "further shot is useless. Choose an SNR, such as 100 (noise 0.005)."
        )
    return float(f"{value:.6g}")


def weights_of(weights: Mapping[str, float] | None, names: Sequence[str]) -> dict[str, float]:
    """Return the weight of every parameter, 1 for those that are not named."""
    weights = by_name("weights", weights, "weights={'xi': 1, 'd': 0}")
    unknown = [name for name in weights if name not in names]
    if unknown:
        raise InputError(
            f"There is no parameter {str(unknown[0])[:40]!r} to weight. The preset draws "
            f"{', '.join(names)}."
        )
    for name, weight in weights.items():
        value = number(weight)
        if value is None or (value != 0 and not WEIGHT[0] <= value <= WEIGHT[1]):
            raise InputError(
                f"The weight of {name} must be a number of at least 0, and from {WEIGHT[0]:g} to "
                f"{WEIGHT[1]:g} above, got {shown(weight)}. 0 stands for a parameter that does "
                "not matter."
            )
    row = {name: float(weights.get(name, 1.0)) for name in names}
    if not any(row.values()):
        raise InputError(
            "All weights are 0, so no parameter matters. Give at least one a weight above 0."
        )
    return row


def nuisances_of(nuisances: Mapping[str, float] | None) -> dict[str, float]:
    """Return the strengths of the nuisances that act, sorted by name."""
    strengths = {}
    given = by_name("nuisances", nuisances, "nuisances={'pulse_angle_error': 2}")
    for name, strength in sorted(given.items()):
        if name not in EFFECTS or name == "gaussian_noise":
            others = ", ".join(effect for effect in EFFECTS if effect != "gaussian_noise")
            raise InputError(
                f"{str(name)[:40]!r} cannot be a nuisance. Choose among {others}; receiver noise "
                "is noise=."
            )
        try:
            value = float(checked(EFFECTS[name].ladder.spec, strength))
        except InputError as error:
            raise InputError(f"Nuisance {name}: {error}") from None
        if value or EFFECTS[name].ladder.falling:
            strengths[name] = value
    return strengths


def budget_of(budget: Any, problem: "DesignProblem") -> float:
    """Return the budget in s: one shot of each setting of the default, up to a year.

    The default is what proposals are compared to, so the budget must hold it whole.
    """
    shortest = min(problem.shot_seconds.values())
    seconds = number(budget)
    if seconds is None or seconds <= 0:
        raise InputError(
            f"The budget must be a time in s above 0, got {shown(budget)}. Write a number, such "
            f"as 600; one shot takes {shortest:.4g} s."
        )
    if seconds < shortest * (1 - 1e-9):
        raise InputError(
            f"The budget of {seconds:.4g} s is below one shot, which takes {shortest:.4g} s. Give "
            "more time, or a shorter repetition time."
        )
    if seconds > YEAR:
        raise InputError(
            f"The budget must be at most a year, {YEAR:.4g} s, got {seconds:.4g} s. Give less time."
        )
    if seconds * LONGEST > shortest * MAX_SHOTS:
        raise InputError(
            f"The budget of {seconds:.4g} s holds more than {MAX_SHOTS // LONGEST:,} shots of "
            f"{shortest:.4g} s. Give less time, or the repetition time as seconds_per_shot."
        )
    once = Design.of(problem.default.settings)
    least = problem.seconds(once)
    if seconds < least * (1 - 1e-9):
        n = len(once.settings)
        shots = f"one shot of each of its {n} settings" if n > 1 else "one shot"
        raise InputError(
            f"The default takes {least:.4g} s with {shots}, which a budget of {seconds:.4g} s "
            "does not hold, so nothing can be compared to it. Give more time, or a default with "
            "fewer or shorter settings."
        )
    return seconds
