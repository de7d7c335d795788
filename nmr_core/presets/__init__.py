"""Named experiments with a prior: the published data sets, reproduced exactly, and our own.

registry.py lists them, _preset.py says what each offers, table.py makes a prior from a table, recipe.py writes a
preset as JSON and reads it back.
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
