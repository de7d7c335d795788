"""What makes a design problem unanswerable, one sentence each."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from nmr_core.design.settings import Setting
from nmr_core.effects import EFFECTS
from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset

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
    measurements: dict[tuple, Setting] = {}
    for setting in problem.all_settings:
        try:
            protocol = problem.protocol(setting)
        except InputError as error:
            raise InputError(f"Setting {setting.label} cannot be measured: {error}") from None
        if setting in problem.settings:
            problem.limits.check(protocol, setting.label)
        same = (protocol.events, protocol.recordings, protocol.orientation)
        other = measurements.setdefault(same, setting)
        if other is not setting:
            raise InputError(
                f"{other.label} and {setting.label} are the same measurement on the time grid of "
                f"dt = {protocol.dt:.4g} µs, to which delays are cut. Give values that differ by "
                "at least one step, or a preset with a smaller dt."
            )


def noise_of(noise: float | None, preset: Preset, usual: float) -> float:
    """Return the noise of one shot: the given one, that of the preset, or the usual one."""
    if noise is None:
        noise = float(preset.build().protocol.noise) or usual
    value = float(NOISE.check(noise))
    if not value:
        raise InputError(
            "noise must be > 0, got 0: without noise every further shot is useless. Choose an SNR, "
            "such as 100 (noise 0.005)."
        )
    return float(f"{value:.6g}")


def weights_of(weights: Mapping[str, float] | None, names: Sequence[str]) -> dict[str, float]:
    """Return the weight of every parameter, 1 for those that are not named."""
    weights = weights or {}
    unknown = [name for name in weights if name not in names]
    if unknown:
        raise InputError(
            f"There is no parameter {str(unknown[0])[:40]!r} to weight. The preset draws "
            f"{', '.join(names)}."
        )
    for name, weight in weights.items():
        if not _is_number(weight) or weight < 0:
            raise InputError(
                f"The weight of {name} must be a number of at least 0, got {str(weight)[:40]}. "
                "0 stands for a parameter that does not matter."
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
    for name, strength in sorted((nuisances or {}).items()):
        if name not in EFFECTS or name == "gaussian_noise":
            others = ", ".join(effect for effect in EFFECTS if effect != "gaussian_noise")
            raise InputError(
                f"{str(name)[:40]!r} cannot be a nuisance. Choose among {others}; receiver noise "
                "is noise=."
            )
        value = float(EFFECTS[name].ladder.spec.check(strength))
        if value or EFFECTS[name].ladder.falling:
            strengths[name] = value
    return strengths


def budget_of(budget: Any, problem: "DesignProblem") -> float:
    """Return the budget in s, at least that of one shot of the fastest setting."""
    shortest = min(problem.shot_seconds.values())
    if not _is_number(budget) or budget <= 0:
        raise InputError(
            f"The budget must be a time in s above 0, got {str(budget)[:40]}. One shot takes "
            f"{shortest:.4g} s."
        )
    if budget < shortest * (1 - 1e-9):
        raise InputError(
            f"The budget of {budget:.4g} s is below one shot, which takes {shortest:.4g} s. Give "
            "more time, or a shorter repetition time."
        )
    return float(budget)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
