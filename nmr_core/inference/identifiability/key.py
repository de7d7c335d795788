"""What determines a result, as a short name: the same question is never computed twice."""

import hashlib
import json
from dataclasses import asdict

from nmr_core.presets import Preset

VERSION = 1
"""Goes up when the computation changes, so that old results are not taken for new ones."""


def key_of(what: str, preset: Preset, **asked) -> str:
    """ "verdicts-0123456789abcdef": of the preset (prior, experiment, settings, held values) and of all that is asked."""
    whole = {"version": VERSION, "what": what, "preset": recipe(preset), "asked": asked}
    text = json.dumps(whole, sort_keys=True, default=_plain)
    return f"{what}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def recipe(preset: Preset) -> dict:
    """The preset as plain numbers and texts; xi and p are among them whatever the kernel, as in version 0.4."""
    base = preset.base.to_dict()
    material = {name: getattr(preset.base, name) for name in ("xi", "p")} | base["material"]
    return {
        "name": preset.name,
        "space": [asdict(spec) | {"description": "", "hint": ""} for spec in preset.space],
        "base": base | {"material": material},
        "settings": preset.settings,
        "held": preset.fixed,
        "table": [row.to_dict() for row in preset.table],
    }


def _plain(value):
    return value.tolist() if hasattr(value, "tolist") else str(value)
