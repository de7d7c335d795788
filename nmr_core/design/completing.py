"""Settings as a caller writes them, completed so that all of them name the same fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from nmr_core.design.costs import value_of
from nmr_core.design.settings import Design, Setting, Value, is_listed
from nmr_core.experiment import Protocol


def listed_setting(setting: Setting | Mapping[str, Value]) -> Setting:
    """Return a setting that may be written as a mapping of its fields."""
    return setting if isinstance(setting, Setting) else Setting.of(**dict(setting))


def listed_design(settings: Design | Sequence[Any]) -> Design:
    """Return the default design, from settings with one shot each."""
    if isinstance(settings, Design):
        return settings
    return Design.of(dict.fromkeys(map(listed_setting, settings), 1))


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

    shots = {whole(one.setting): one.shots for one in default.acquisitions}
    return tuple(dict.fromkeys(map(whole, candidates))), Design.of(shots)
