"""Presets by name. A new preset is a new file and one name in the tuple below."""

from nmr_core.errors import InputError
from nmr_core.presets import (
    cuda_2023,
    deeplearn_2024,
    gsoc_2021,
    lab,
    measured_echo,
    ml4sci_2020,
    pulse_angle_sweep,
    pulse_angles,
)
from nmr_core.presets._preset import Preset

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for module in (
        ml4sci_2020,
        lab,
        measured_echo,
        pulse_angle_sweep,
        pulse_angles,
        cuda_2023,
        gsoc_2021,
        deeplearn_2024,
    )
    for preset in module.PRESETS
}
"""Name -> preset, in the order of menus."""
DEFAULT = "ml4sci_2020_secular"
"""Preset where none is named: the one whose echoes most shipped models have learned."""


def preset(name: str) -> Preset:
    """Return the preset of a name.

    Raises
    ------
    InputError
        For an unknown name; the message lists those that exist.
    """
    if name not in PRESETS:
        raise InputError(f"There is no preset {str(name)[:60]!r}; there are {', '.join(PRESETS)}.")
    return PRESETS[name]
