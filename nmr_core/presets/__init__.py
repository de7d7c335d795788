"""Presets: named experiments with a prior, one file per source.

The published data sets are reproduced exactly. registry.py lists the presets, _preset.py is their
base, table.py reads a prior from a table, recipe.py converts a preset to JSON and back,
versions.py a recipe of an earlier version.
"""

from nmr_core.presets._preset import REDUCED, Drawn, Preset
from nmr_core.presets.recipe import preset_from_dict, recipe, recipe_in
from nmr_core.presets.registry import DEFAULT, PRESETS, preset
from nmr_core.presets.table import Row, read_table, rows_of, table_preset, written_table
from nmr_core.presets.versions import VERSION, current_name, current_recipe, read_name, written_name

__all__ = [
    "DEFAULT",
    "PRESETS",
    "REDUCED",
    "VERSION",
    "Drawn",
    "Preset",
    "Row",
    "current_name",
    "current_recipe",
    "preset",
    "preset_from_dict",
    "read_name",
    "read_table",
    "recipe",
    "recipe_in",
    "rows_of",
    "table_preset",
    "written_name",
    "written_table",
]
