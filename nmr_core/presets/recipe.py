"""A preset as JSON and back, for manifests, jobs and runs.

A recipe is a dictionary with the keys

- name: of the preset; "" where it is unknown (imported signals)
- settings: the acquisitions of one sample, each as the protocol fields that differ from the preset
- fixed: name -> fixed value
- table: rows of the prior, [] for that of the preset
- sampling: "random" or "sobol"
- density: name -> sampling density, see :mod:`nmr_core.density`; only where there are any and no
  table, whose rows hold them
- version: of the presets that its name refers to, see :mod:`nmr_core.presets.versions`
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nmr_core.errors import InputError
from nmr_core.presets._preset import Preset
from nmr_core.presets.registry import preset
from nmr_core.presets.table import Row, table_preset
from nmr_core.presets.versions import VERSION, current_recipe

FIELDS = ("settings", "fixed", "table", "sampling", "version")
"""Keys of a recipe besides the name."""


def recipe(name: str = "", settings: Sequence[Mapping[str, float]] = ({},)) -> dict[str, Any]:
    """Recipe of a preset with these acquisitions and no other change."""
    return {
        "name": name,
        "settings": [dict(setting) for setting in settings],
        "fixed": {},
        "table": [],
        "sampling": "random",
        "version": VERSION,
    }


def preset_from_dict(stored: Mapping[str, Any]) -> Preset:
    """Build the preset of a recipe, the inverse of :meth:`Preset.to_dict`.

    Parameters
    ----------
    stored : mapping
        A recipe; the preset supplies missing keys. Without a version it is one of version 0.7 or
        earlier.

    Returns
    -------
    Preset

    Raises
    ------
    InputError
        For an unknown preset, or settings, a table or fixed values that do not fit it.
    """
    stored = current_recipe(stored)
    described = preset(stored["name"])
    if stored.get("settings") is not None:
        described = _with_settings(described, stored["settings"])
    if stored.get("table"):
        rows = [Row.of(row) for row in stored["table"]]
        described = table_preset(rows, described, stored.get("sampling", "random"))
    if stored.get("density"):
        described = described.focus(**_densities(stored["density"]))
    return described.fix(**stored.get("fixed", {}))


def recipe_in(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Convert the entries of a manifest or a job to those with a recipe at the key "preset".

    The recipe is of the present version. Up to version 0.5 that key held the name of the preset,
    and the others stood beside it.
    """
    if not isinstance(entries["preset"], str):
        return dict(entries) | {"preset": current_recipe(entries["preset"])}
    own = {name: entries[name] for name in FIELDS if name in entries}
    others = {name: value for name, value in entries.items() if name not in FIELDS}
    return others | {"preset": current_recipe({"name": entries["preset"]} | own)}


def _densities(stored: Any) -> dict[str, str]:
    if not isinstance(stored, dict) or not all(isinstance(text, str) for text in stored.values()):
        raise InputError(
            f"density must hold one text per parameter, got {str(stored)[:60]!r}. Write it as "
            '{"alpha": "power:-0.5"}.'
        )
    return stored


def _with_settings(described: Preset, settings: Sequence[Mapping[str, float]]) -> Preset:
    if not (
        isinstance(settings, list)
        and settings
        and all(isinstance(setting, dict) for setting in settings)
    ):
        raise InputError(
            f"settings must be a list of at least one setting, got {str(settings)[:60]!r}."
        )
    if any(setting.keys() != settings[0].keys() for setting in settings):
        raise InputError(
            "Every setting must have the same fields. Give each of them a value for every field."
        )
    columns = {field: [setting[field] for setting in settings] for field in settings[0]}
    if not columns:
        return replace(described, settings=((),) * len(settings))
    return described.measure(**columns)
