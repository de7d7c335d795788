"""What may change from one acquisition to the next: fields, their values, the cost of a change."""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL, parse
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.sequences import SEQUENCES, listed
from ui.design.numbers import CHANGE, USUAL_CHANGE
from ui.shared import address, inputs
from ui.shared.text import quoted

FIELDS = ("angle_2", "angle_1", "phase_2", "tau", "orientation", "n_echoes")
"""Fields that are offered, where the material or the sequence has them."""
HELP = (
    "Every combination of the values is a candidate. Values: 30, 60, 90, or 10:180:18 for 18 "
    "values from 10 to 180. Changing a pulse costs no time, τ or the orientation may."
)
ANGLES = (10, 20, 30, 45, 60, 70, 80, 90, 100, 110, 120, 135, 150, 160, 170, 180)
FEWER_ANGLES = (30, 60, 90, 120, 180)
"""The same beside another field that changes."""
FIRST_ANGLES = (30, 60, 90, 120)
FACTORS = (0.5, 1, 2)
"""Values of tau that are proposed, in units of that of the preset."""
MOST_VALUES = 200
"""Values of one field."""
MOST_SEQUENCES = 12
MOST_TEXT = 600
"""Signs of all sequences."""


def fields(preset: Preset) -> tuple[dict[str, tuple[float, ...]], dict[str, float]]:
    """Draw the widgets; return field -> values, and field -> seconds that a change costs.

    Raises
    ------
    InputError
        If values cannot be read or are out of range.
    """
    specs = offered(preset)
    names = inputs.several(
        "Settings that may change",
        {name: spec.label for name, spec in specs.items()},
        f"design-vary-{preset.name}",
        first=["angle_2"] if "angle_2" in specs else list(specs)[:1],
        link="vary",
        placeholder="Choose an angle, τ …",
        label_visibility="collapsed",
    )
    values, change = {}, {}
    for name in names:
        left, right = st.columns([2.2, 1], vertical_alignment="bottom")
        with left:
            values[name] = _values(preset, name, specs[name])
        with right:
            usual = CHANGE.within(CHANGE.low, CHANGE.high, USUAL_CHANGE.get(name, 0.0))
            cost = inputs.number(usual, f"design-change-{name}", link=f"change-{name}")
        if cost:
            change[name] = cost
    return values, change


def add(preset: Preset, names: list[str], name: str) -> None:
    """Callback: let one more field change; a long list of angles is shortened for it."""
    inputs.assign(f"design-vary-{preset.name}", [*names, name])
    key = f"design-values-{preset.name}-angle_2"
    if "angle_2" in names and st.session_state.get(key) == _listed(ANGLES):
        inputs.assign(key, _listed(FEWER_ANGLES))


def offered(preset: Preset) -> dict[str, Parameter]:
    """Field -> spec of what can be changed for the sequence and the material of a preset."""
    base = preset.build().protocol
    is_train = base.sequence == "cpmg"
    is_named = base.sequence in ("hahn_echo", "cpmg", "fid")
    named = {"angle_1", "angle_2", "phase_2", "tau"}
    names = [
        name
        for name in FIELDS
        if name not in preset.drawn.names
        and (name != "n_echoes" or is_train)
        and (name not in named or is_named)
    ]
    return {name: PHYSICAL[name] for name in names}


def usual_values(preset: Preset, name: str) -> tuple[float, ...]:
    """Values of one field that are proposed."""
    if name == "angle_2":
        return ANGLES
    if name == "angle_1":
        return FIRST_ANGLES
    own = float(getattr(preset.build().protocol, name))
    if name == "phase_2":
        return (own, own + 90)
    if name == "orientation":
        return (0, 45, 90)
    if name == "n_echoes":
        return tuple(sorted({1.0, max(1.0, own // 2), own, 2 * own}))
    return tuple(float(f"{factor * own:.6g}") for factor in FACTORS)


def _values(preset: Preset, name: str, spec: Parameter) -> tuple[float, ...]:
    """The field with the values of one setting; impossible values of a link are ignored."""
    first = _listed(usual_values(preset, name))
    key, link = f"design-values-{preset.name}-{name}", f"values-{name}"
    for text in address.new(link)[:1]:
        with suppress(InputError):
            read_values(text, spec)
            inputs.assign(key, text)
    address.accept(link)
    text = inputs.text(
        spec.label, key, first=first, most=800, help=quoted(spec.description) or None
    )
    address.write(link, [] if text == first else text)
    return read_values(text, spec)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.10g}" for value in values)


def read_values(text: str, spec: Parameter) -> tuple[float, ...]:
    """Parse "30, 60, 90" or "LOW:HIGH:N"; return the numbers in rising order, each once.

    Raises
    ------
    InputError
        If something is no number or out of range, or there are none or too many.
    """
    try:
        values = parse.numbers(text)
    except InputError as error:
        raise InputError(f"The values of {spec.name} cannot be read: {error}.") from None
    if len(values) > MOST_VALUES:
        raise InputError(
            f"At most {MOST_VALUES} values of {spec.name} can be compared here, got "
            f"{len(values)}. Leave some out."
        )
    kind = int if spec.integer else float
    return tuple(sorted({kind(spec.check(value)) for value in values}))


def sequences(preset: Preset) -> tuple[str, ...]:
    """The field with composite sequences, separated by semicolons; of a link only readable ones."""
    key, link = f"design-sequences-{preset.name}", "sequences"
    for linked in address.new(link)[:1]:
        with suppress(InputError):
            for one in _separated(linked):
                if one not in SEQUENCES:
                    listed.parse(one)
            if linked.isprintable() and len(linked) <= MOST_TEXT:
                inputs.assign(key, linked)
    address.accept(link)
    text = inputs.text(
        "Sequences of pulses and delays",
        key,
        most=MOST_TEXT,
        placeholder="90x 50us 180y 100us; 90x 50us 90y 180x 90y 100us",
        help="Further candidates, separated by semicolons: pulses such as 90x, delays such as "
        "50us.",
    )
    address.write(link, text or [])
    return _separated(text)


def _separated(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(";") if one.strip())[:MOST_SEQUENCES]
