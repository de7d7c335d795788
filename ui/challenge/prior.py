"""The prior of a new challenge: that of its template, of a preset, or of a data set."""

from typing import TYPE_CHECKING, Any

from nmr_core.presets import PRESETS
from ui.shared import inputs, lists

if TYPE_CHECKING:
    from nmr_core.challenge import Template

PRESET, DATASET = "preset:", "dataset:"


def choice(template: "Template") -> str | dict[str, Any] | None:
    """The prior that is chosen.

    Parameters
    ----------
    template : Template
        One that tells several priors apart has no choice.

    Returns
    -------
    str or dict or None
        Name of a preset, recipe of the prior of a data set, or None for that of the template.
    """
    if template.is_classification:
        return None
    recipes = {
        f"{DATASET}{entry.id}": (f"As in {entry.manifest.title}", entry.manifest.preset)
        for entry in lists.datasets()
        if entry.manifest is not None and entry.manifest.preset and not entry.shipped
    }
    labels = {"": f"Of the template: {PRESETS[template.presets[0]].label}"}
    labels |= {f"{PRESET}{name}": preset.label for name, preset in PRESETS.items()}
    labels |= {key: label for key, (label, _) in recipes.items()}
    key = inputs.choice(
        "Prior",
        labels,
        f"new-challenge-prior-{template.name}",
        help="A prior from a table of your own: generate a data set from it on Data sets first.",
    )
    if key in recipes:
        return recipes[key][1]
    return key.removeprefix(PRESET) or None
