"""Effects of a measurement on echoes, such as noise, phase and dead time; one file each.

A new effect is a new file and one name in registry.py. apply.py applies effects to many samples,
with random numbers of their own for each; notation.py converts effects to text and JSON;
strengths.py holds the strengths at which they are tried or drawn.
"""

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect
from nmr_core.effects.apply import apply_effects, check_context, prepare_experiments
from nmr_core.effects.notation import (
    Effects,
    effect_from_dict,
    effects_from,
    effects_from_text,
    effects_text,
)
from nmr_core.effects.registry import EFFECTS
from nmr_core.effects.strengths import Ladder, LogUniform

__all__ = [
    "EFFECTS",
    "Context",
    "Effect",
    "Effects",
    "Ladder",
    "LogUniform",
    "apply_effects",
    "check_context",
    "effect_from_dict",
    "effects_from",
    "effects_from_text",
    "effects_text",
    "prepare_experiments",
]
