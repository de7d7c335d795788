"""Settings as a caller writes them, completed so that all of them name the same fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from nmr_core.design.costs import value_of
from nmr_core.design.plain import by_name, listed
from nmr_core.design.settings import (
    MAX_LISTED,
    Acquisition,
    Design,
    Setting,
    Value,
    is_listed,
)
from nmr_core.errors import InputError
from nmr_core.experiment import Protocol


def listed_setting(setting: Setting | Mapping[str, Value]) -> Setting:
    """Return a setting that may be written as a mapping of its fields."""
    if isinstance(setting, Setting):
        return setting
    if setting is None:
        raise InputError("A setting must hold values by name, got None. Write {'angle_2': 60}.")
    return Setting.of(**by_name("A setting", setting, "{'angle_2': 60}"))


def listed_candidates(candidates: Sequence[Setting | Mapping[str, Value]] | None) -> list[Setting]:
    """Return the candidates that are given one by one."""
    if candidates is None:
        return []
    several = listed("candidates", candidates, "candidates=[{'angle_2': 60}]", MAX_LISTED)
    return [listed_setting(one) for one in several]


def listed_design(settings: Design | Sequence[Any]) -> Design:
    """Return the default design, from acquisitions, or settings with one shot each time."""
    if isinstance(settings, Design):
        return settings
    shots: dict[Setting, int] = {}
    for one in listed("default", settings, "default=[{'angle_2': 60}]", MAX_LISTED):
        part = one if isinstance(one, Acquisition) else Acquisition(listed_setting(one))
        shots[part.setting] = shots.get(part.setting, 0) + part.shots
    return Design.of(shots)


def complete(
    candidates: Sequence[Setting], default: Design, base: Protocol
) -> tuple[tuple[Setting, ...], Design]:
    """Return candidates and default design with settings that all name the same fields.

    A listed sequence keeps its own fields only: pulse angles have no meaning there.
    """
    plain = [one for one in (*candidates, *default.settings) if not is_listed(one)]
    names = {name for one in plain for name, _ in one.fields}

    def whole(setting: Setting) -> Setting:
        if is_listed(setting):
            return setting
        return Setting.of(**{name: value_of(setting, name, base) for name in names})

    shots: dict[Setting, int] = {}
    for one in default.acquisitions:
        setting = whole(one.setting)
        shots[setting] = shots.get(setting, 0) + one.shots
    return tuple(dict.fromkeys(map(whole, candidates))), Design.of(shots)
