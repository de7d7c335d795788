"""Recipes of earlier versions: the presets whose physics changed keep the meaning that they had.

Version 1 (no entry "version"), of Spin Echo Lab 0.1 to 0.7:

- ml4sci_2020 had the secular coupling alone; that preset is now ml4sci_2020_secular
- gsoc_2021_* recorded after every step, with a line per curve and a FWHM of .05 MHz

Version 2: the presets of today.

Version 3: the same presets, with sampling densities, which version 2 cannot draw. Recipes without
sampling densities are still written as version 2.
"""

from collections.abc import Mapping
from typing import Any

from nmr_core.errors import InputError

VERSION = 2
"""Of the recipes that are written."""
WITH_DENSITIES = 3
"""Of recipes with sampling densities."""
RENAMED = {"ml4sci_2020": "ml4sci_2020_secular"}
"""Name of a preset in version 1 -> name of the same physics today."""
WEAK = {"record": "after", "offsets": "iid"}
STRONG = {"record": "after", "line_width": 0.05}
FIELDS_1: dict[str, dict[str, Any]] = {
    f"gsoc_2021_{regime}_{kernel}": fields
    for regime, fields in (("weak", WEAK), ("strong", STRONG))
    for kernel in ("gaussian", "power_law", "rkky")
}
"""Preset -> the fields that had other values in version 1, with those values."""
ADDED = (
    ("protocol", "carrier_axis", 0.0),
    ("protocol", "carrier_phase", "average"),
    ("protocol", "orientation", 0.0),
    ("protocol", "record_from", 0.0),
    ("protocol", "record_every", 1),
    ("sample", "offsets_seed", 1),
    ("sample", "line", "lorentzian"),
    ("sample", "line_fraction", 0.5),
    ("sample", "centre", 0.0),
)
"""Fields of an experiment that earlier versions did not have: part, name, value that they meant."""


def current_name(name: str) -> str:
    """Name today of the physics that a preset of version 1 had."""
    return RENAMED.get(name, name)


def written_name(name: str) -> str:
    """A preset's name in a file of signals, which has no room for a recipe.

    A name that meant other physics in version 1 carries the version: "ml4sci_2020@2".
    """
    return f"{name}@{VERSION}" if name in {*RENAMED, *FIELDS_1} else name


def read_name(text: str) -> str:
    """Name today of the preset in a file of signals, the inverse of :func:`written_name`."""
    name, _, version = text.partition("@")
    if not version:
        return current_name(name)
    return name if version == str(VERSION) else text


def fixed_then(text: str) -> dict[str, Any]:
    """Fields that a preset named in a file of signals had at other values when it was written."""
    return {} if "@" in text else dict(FIELDS_1.get(text, {}))


def first_name(name: str) -> str:
    """Name that the physics of a preset had in version 1."""
    return next((old for old, new in RENAMED.items() if new == name), name)


def current_recipe(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a recipe of any version to the present one; the physics stays the same.

    Parameters
    ----------
    stored : mapping
        A recipe, see :mod:`nmr_core.presets.recipe`.

    Returns
    -------
    dict
        The recipe with version 2 or 3: presets of version 1 have their name of today, and
        what has changed since is fixed at the value it had.

    Raises
    ------
    InputError
        If the version is unknown.
    """
    version = stored.get("version", 1)
    if version not in (1, VERSION, WITH_DENSITIES):
        raise InputError(
            f"The recipe of a preset must have version 1, {VERSION} or {WITH_DENSITIES}, got "
            f"{str(version)[:20]!r}. Update Spin Echo Lab."
        )
    recipe = dict(stored) | {"version": max(version, VERSION)}
    if version >= VERSION:
        return recipe
    changed = FIELDS_1.get(stored["name"], {})
    if changed:
        varied = {row.get("name") for row in stored.get("table") or []}
        varied |= {name for setting in stored.get("settings") or [] for name in setting}
        then = {name: value for name, value in changed.items() if name not in varied}
        recipe["fixed"] = then | stored.get("fixed", {})
    return recipe | {"name": current_name(stored["name"])}
