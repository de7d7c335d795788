"""Presets: named experiments with a prior, one file per source.

The published data sets are reproduced exactly. registry.py lists the presets, _preset.py is their
base, table.py reads a prior from a table, recipe.py converts a preset to JSON and back.
"""

from nmr_core.presets._preset import REDUCED, Drawn, Preset
from nmr_core.presets.recipe import preset_from_dict, recipe, recipe_in
from nmr_core.presets.registry import PRESETS, preset
from nmr_core.presets.table import Row, read_table, rows_of, table_preset, written_table

__all__ = [
    "PRESETS",
    "REDUCED",
    "Drawn",
    "Preset",
    "Row",
    "preset",
    "preset_from_dict",
    "read_table",
    "recipe",
    "recipe_in",
    "rows_of",
    "table_preset",
    "written_table",
]
