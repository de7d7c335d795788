"""The echoes of one sample: which fields of the protocol differ between them, and how."""

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.experiment.parse import several_values
from nmr_core.presets import Preset
from ui.shared.text import quoted

GRID = ("tau", "dt", "acquire", "n_echoes")


def form(preset: Preset) -> Preset:
    """The preset with the settings that the visitor typed; :class:`InputError` says what is wrong
    with them.
    """
    own = {
        name: ", ".join(f"{dict(setting)[name]:.15g}" for setting in preset.settings)
        for name, _ in preset.settings[0]
    }
    fields = [
        name
        for name, part in FIELDS.items()
        if part == "protocol" and name in PHYSICAL and name not in GRID
    ]
    chosen = st.pills(
        "What differs from echo to echo of one sample",
        fields,
        selection_mode="multi",
        default=list(own),
        format_func=_label,
        key=f"settings-{preset.name}",
        persist_state="session",
    )
    columns, problem = {}, None
    for name, place in zip(chosen, st.columns(max(2, len(chosen))), strict=False):
        with place:
            text = st.text_input(
                _label(name),
                own.get(name, ""),
                key=f"setting-{preset.name}-{name}",
                persist_state="session",
                placeholder="60, 90, 120",
                help="One value per echo, separated by commas.",
                max_chars=2000,
            )
        try:
            columns[name] = several_values(f"{name}={text}")[1]
        except InputError:
            problem = problem or (
                f"{PHYSICAL[name].symbol} takes one number per echo, separated by commas, such as "
                f"60, 90, 120; got {text[:60]!r}."
            )
    if problem:
        raise InputError(problem)
    if not columns and not own:
        return preset
    return preset.measure(**columns) if columns else preset.measure(noise=[preset.base.noise])


def _label(name: str) -> str:
    spec = PHYSICAL[name]
    return quoted(spec.label)
