"""What a measurement does to echoes: noise, phase, dead time, ... A seeded, ordered step after the simulator.

One file per effect, one line in registry.py. apply.py applies several to many echoes, written.py reads and writes
them, strengths.py: at which strengths they are tried, or drawn at random.
"""

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect
from nmr_core.effects.apply import apply_effects, check_context, prepare_experiments
from nmr_core.effects.registry import EFFECTS
from nmr_core.effects.strengths import Ladder, LogUniform
from nmr_core.effects.written import (
    Effects,
    effect_from_dict,
    effects_from,
    effects_from_text,
    effects_text,
)

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
