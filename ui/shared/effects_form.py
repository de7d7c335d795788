"""What a measurement does to the curves: effects chosen in their order, each with its numbers."""

import streamlit as st

from nmr_core.effects import EFFECTS, effects_from
from ui.shared import inputs

MOST = 6
"""Effects on a page; the command line takes more."""


def form(key: str, *, simulated: bool, pulses: bool = True) -> list[dict]:
    """Effects as a manifest has them.

    Parameters
    ----------
    key : str
        Beginning of the keys of the widgets.
    simulated : bool
        Whether effects can be chosen that curves must be simulated with.
    pulses : bool
        Whether the times of the pulses are known, which some effects need.
    """
    labels = {
        name: kind.label
        for name, kind in EFFECTS.items()
        if (simulated or not kind.simulated) and (pulses or not kind.needs_pulses)
    }
    chosen = inputs.several(
        "Measurement effects",
        labels,
        f"{key}-effects",
        max_selections=MOST,
        placeholder="in the order in which they act",
        help="Applied to the curves after they are simulated, each with random numbers of its own.",
    )
    effects = []
    for name in chosen:
        specs = list(EFFECTS[name].parameters)
        effect = {"effect": name}
        for spec, column in zip(specs, st.columns(max(3, len(specs))), strict=False):
            with column:
                effect[spec.name] = inputs.number(spec, f"{key}-{name}-{spec.name}")
        effects.append(effect)
    return [effect.to_dict() for effect in effects_from(effects)]


def text(effects: list[dict]) -> str:
    """ "Gaussian noise (SNR 30), dead time (t_dead 5 µs)"; effects that are not known any more keep
    their name.
    """
    return ", ".join(_one(effect) for effect in effects)


def _one(effect: dict) -> str:
    kind = EFFECTS.get(effect.get("effect"))
    if kind is None:
        return str(effect.get("effect"))
    values = {spec: effect.get(spec.name, spec.default) for spec in kind.parameters}
    numbers = ", ".join(
        f"{spec.symbol} "
        f"{value:g}{spec.unit if spec.unit in ('%', '°') else f' {spec.unit}'}".rstrip()
        for spec, value in values.items()
        if value
    )
    return f"{kind.label} ({numbers})" if numbers else kind.label
