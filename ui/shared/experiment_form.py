"""Every parameter of an experiment as a widget with symbol, unit, range and help; empty means: as
the preset has it.
"""

from functools import partial
from itertools import cycle
from typing import Any

import streamlit as st

from nmr_core.datasets.manifest import SEED
from nmr_core.errors import InputError
from nmr_core.experiment import (
    CARRIER_PHASES,
    LINES,
    NORMALISATIONS,
    OFFSETS,
    PHYSICAL,
    RECORDS,
    SENSES,
    Experiment,
)
from nmr_core.integrators import INTEGRATORS
from nmr_core.kernels import KERNELS, kernel_parameters
from nmr_core.lattice import LATTICES, SIGNS
from nmr_core.presets import PRESETS, Preset
from nmr_core.sequences import SEQUENCES
from ui.shared import inputs, overrides, pages
from ui.shared.query import EchoQuery

LIST = "list"
FIRST_LIST = "90x 50us 180y 100us"
"""Pulses and delays that a visitor starts from who chooses any list."""
LABELS = {
    "kernel": ("Kernel", {name: kernel.label for name, kernel in KERNELS.items()}),
    "normalisation": (
        "Normalisation",
        dict(zip(NORMALISATIONS, ("none", "divided by its sum"), strict=True)),
    ),
    "sign": ("Sign", {name: name for name in SIGNS}),
    "lattice": ("Lattice", {name: lattice.label for name, lattice in LATTICES.items()}),
    "offsets": ("Offsets are drawn", {name: name for name in OFFSETS}),
    "line": (
        "Line",
        {"lorentzian": "Lorentzian", "gaussian": "Gaussian", "pseudo_voigt": "pseudo-Voigt"},
    ),
    "sequence": (
        "Sequence",
        {name: sequence.label for name, sequence in SEQUENCES.items()} | {LIST: "Any list"},
    ),
    "integrator": (
        "Integrator",
        {name: integrator.label for name, integrator in INTEGRATORS.items()},
    ),
    "record": ("Recorded", {name: name for name in RECORDS}),
    "carrier_phase": (
        "Counter-rotating terms",
        {"average": "averaged over a step", "step_end": "phase of the step's end"},
    ),
    "sense": (
        "Sense of pulses",
        {str(sense): f"exp({'+' if sense > 0 else '−'}i…)" for sense in SENSES},
    ),
}
HELP = {
    "kernel": {name: f"${kernel.equation}$\n\n{kernel.help}" for name, kernel in KERNELS.items()},
    "normalisation": {
        "none": "The sum grows with the range.",
        "sum": "K divided by its own sum W.",
    },
    "sign": SIGNS,
    "lattice": {name: lattice.help for name, lattice in LATTICES.items()},
    "offsets": OFFSETS,
    "line": LINES,
    "sequence": {
        name: f"{sequence.scheme}\n\n{sequence.help}" for name, sequence in SEQUENCES.items()
    },
    "integrator": {
        name: f"${integrator.equation}$\n\n{integrator.help}"
        for name, integrator in INTEGRATORS.items()
    },
    "record": RECORDS,
    "carrier_phase": CARRIER_PHASES,
    "sense": {"-1": "As in 2020.", "1": "As in 2021 and later."},
}
GROUPS = {
    "Interaction": (
        "kernel",
        "normalisation",
        "sign",
        *kernel_parameters(),
        "s_w",
        "p_w",
        "d_w",
        "alpha_x",
        "alpha_y",
        "alpha_z",
    ),
    "Pulses": (
        "sequence",
        "angle_1",
        "phase_1",
        "angle_2",
        "phase_2",
        "tau",
        "n_echoes",
        "acquire",
        "sense",
        "orientation",
    ),
    "Lattice and line": (
        "lattice",
        "n_x",
        "n_y",
        "offsets",
        "offsets_seed",
        "line",
        "line_width",
        "line_fraction",
        "cutoff",
        "centre",
    ),
    "Relaxation and noise": ("gamma_1", "gamma_2", "gamma_3", "noise"),
    "Time steps": (
        "dt",
        "integrator",
        "carrier",
        "carrier_axis",
        "carrier_phase",
        "record",
        "record_from",
        "record_every",
    ),
}


def form() -> EchoQuery:
    """All widgets; what they say."""
    name = inputs.choice(
        "Preset",
        {n: p.label for n, p in PRESETS.items()},
        "preset",
        link=True,
        on_change=overrides.clear,
    )
    preset = PRESETS[name]
    pages.name_tab(preset.label)
    st.caption(f"**{preset.label}** · {preset.description}", help=preset.source)
    values = {spec.name: inputs.slider(spec, spec.name, link=True) for spec in preset.space}
    setting = _setting(preset)
    shown, changed = _shown(preset, values), overrides.current(preset)
    taken = {*preset.space.names, *(field for one in preset.settings for field, _ in one)}
    for title, fields in GROUPS.items():
        changed = _group(
            title, [field for field in fields if field not in taken], preset.name, shown, changed
        )
    overrides.write(changed)
    if changed:
        st.button(
            f"Undo {len(changed)} changes" if len(changed) > 1 else "Undo 1 change",
            key="undo-changes",
            on_click=overrides.clear,
            icon=":material/undo:",
            help=", ".join(changed),
        )
    seed = inputs.number(
        SEED.within(
            0, 2**31, 0, description="Places the offsets on the lattice. Same seed, same echo."
        ),
        "seed",
        link=True,
    )
    return EchoQuery(name, tuple((values | changed).items()), seed, setting)


def _shown(preset: Preset, values: dict) -> Experiment:
    """The experiment whose values stand in the empty fields."""
    try:
        return preset.build(**values)
    except InputError:
        return preset.base


def _group(title: str, fields: list[str], preset: str, shown: Experiment, changed: dict) -> dict:
    """One group of fields, run only while it is open (closed ones would double the time of a
    slider's move); all changes.
    """
    group = st.expander(title, key=f"group-{title}", on_change="rerun")
    if not group.open:
        return changed
    now = {"kernel": shown.kernel, "sequence": shown.protocol.sequence}
    now |= {"offsets": shown.offsets, "line": shown.line, "carrier": shown.carrier} | changed
    fields = [field for field in fields if _used(field, now)]
    with group:
        for field in (field for field in fields if field in LABELS):
            changed = _with(
                changed,
                field,
                _choice(
                    field, getattr(shown, field), changed.get(field), f"field-{preset}-{field}"
                ),
            )
        numbers = [field for field in fields if field not in LABELS]
        for field, place in zip(numbers, cycle(st.columns(2, gap="small")), strict=False):
            spec = PHYSICAL[field]
            with place:
                key = f"field-{preset}-{field}"
                value = inputs.override(
                    spec,
                    getattr(shown, field),
                    changed.get(field),
                    key,
                    partial(overrides.change, field),
                )
            changed = _with(changed, field, value)
    return changed


def _with(changed: dict, field: str, value: Any) -> dict:
    """The changes with ``field`` at ``value``; None takes it out."""
    return {name: old for name, old in changed.items() if name != field} | (
        {} if value is None else {field: value}
    )


def _used(field: str, now: dict) -> bool:
    if field in kernel_parameters():
        return field in [spec.name for spec in KERNELS[now["kernel"]].parameters]
    if field == "offsets_seed":
        return now["offsets"] == "frozen"
    if field == "line_fraction":
        return now["line"] == "pseudo_voigt"
    if field in ("carrier_axis", "carrier_phase"):
        return now["carrier"] != 0
    sequence = SEQUENCES.get(now["sequence"])
    own = {name for known in SEQUENCES.values() for name in known.parameters}
    return field not in own or (
        field in sequence.parameters if sequence else field in ("tau", "acquire")
    )


def _choice(field: str, base: Any, value: Any, key: str) -> str | int | None:
    """A choice; a list of pulses and delays is typed. None: the value is ``base``, that of the
    preset.
    """
    label, options = LABELS[field]
    now, own = str(base if value is None else value), str(base)
    inputs.assign(key, now if now in options else LIST)
    st.selectbox(
        label,
        list(options),
        format_func=options.get,
        key=key,
        on_change=_chosen,
        args=(field, own, key),
        help="\n\n".join(f"**{options[name]}**: {text}" for name, text in HELP[field].items()),
    )
    if now not in options:
        inputs.assign(f"{key}-list", now)
        st.text_input(
            "Pulses and delays",
            key=f"{key}-list",
            max_chars=500,
            on_change=_listed,
            args=(field, f"{key}-list"),
            help="90x, 180y, 90-x or 120@45 (angle@phase in °); 50us.",
        )
    return value


def _chosen(field: str, own: str, key: str) -> None:
    """Callback of a choice: its value into the changes."""
    picked = st.session_state[key]
    if picked == own:
        overrides.change(field, None)
    elif picked == LIST:
        overrides.change(field, FIRST_LIST)
    else:
        overrides.change(field, int(picked) if field == "sense" else picked)


def _listed(field: str, key: str) -> None:
    """Callback of a list of pulses and delays: it goes into the changes."""
    overrides.change(field, st.session_state[key].strip() or FIRST_LIST)


def setting_label(setting: tuple) -> str:
    """ "β₂ = 60°" for one echo of a sample."""
    return (
        ", ".join(
            f"{PHYSICAL[name].symbol} = {value:g} {PHYSICAL[name].unit}".replace(" °", "°")
            for name, value in setting
        )
        or "1"
    )


def _setting(preset: Preset) -> int:
    """Which echo of the material; the first to be shown is the one nearest to the preset's own
    pulses.
    """
    if len(preset.settings) == 1:
        return 0
    away = [
        sum(abs(value - getattr(preset.base, name)) for name, value in setting)
        for setting in preset.settings
    ]
    options = {str(k): setting_label(setting) for k, setting in enumerate(preset.settings)}
    first = str(away.index(min(away)))
    return int(
        inputs.choice(
            "Echo of this material",
            {first: options[first], **options},
            f"{preset.name}-setting",
            link=True,
        )
    )
