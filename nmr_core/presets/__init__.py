"""Named experiments with a prior: the published data sets, reproduced exactly, each with its own parameters, and ours.

One file a source; a new preset is a new file and one name in the tuple below.
"""

from nmr_core.errors import InputError
from nmr_core.presets import (
    cuda_2023,
    deeplearn_2024,
    gsoc_2021,
    lab,
    ml4sci_2020,
    pulse_angle_sweep,
)
from nmr_core.presets._preset import REDUCED, Drawn, Preset
from nmr_core.presets.table import Row, read_table, rows_of, table_preset, written_table

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for module in (ml4sci_2020, lab, pulse_angle_sweep, cuda_2023, gsoc_2021, deeplearn_2024)
    for preset in module.PRESETS
}

__all__ = [
    "PRESETS",
    "REDUCED",
    "Drawn",
    "Preset",
    "Row",
    "preset",
    "read_table",
    "rows_of",
    "table_preset",
    "written_table",
]


def preset(name: str) -> Preset:
    """The preset with this name; :class:`InputError` lists the names when there is none."""
    if name not in PRESETS:
        raise InputError(f"There is no preset {str(name)[:60]!r}; there are {', '.join(PRESETS)}.")
    return PRESETS[name]
