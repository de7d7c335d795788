"""States of a lab as text, in the address and on the page."""

from nmr_core.errors import InputError
from nmr_core.labs.echoes import TARGETS
from nmr_core.labs.lab import Lab, State, Value

SEED = "seed"
"""Key of the control that draws the start of a training."""
RANDOM = (SEED, "draw")
"""Keys of controls that are numbers of random draws."""


def text_of(lab: Lab, state: State) -> str:
    """A state as one line, such as "points=10,seed=0"."""
    return ",".join(f"{control.key}={state[control.key]}" for control in lab.controls)


def read(lab: Lab, text: str) -> dict[str, Value]:
    """The state that :func:`text_of` wrote.

    Raises
    ------
    InputError
        The lab has no such control or value.
    """
    values = {}
    for entry in text.split(",") if text else ():
        key, sign, value = entry.partition("=")
        if not sign:
            raise InputError(f"A state is a list of control=value, got {entry[:40]!r}.")
        values[key] = value
    return lab.complete(values)


def shown(value: Value) -> str:
    """A value for the eye: on, off, 0.05, 10; a parameter of an echo by its symbol."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return TARGETS.get(value, value)
    return f"{value:g}"


def differences(lab: Lab, state: State, other: State) -> str:
    """How a state differs from another one, such as "points 20, seed 3"."""
    changed = [
        f"{control.key.replace('_', ' ')} {shown(state[control.key])}"
        for control in lab.controls
        if state[control.key] != other[control.key]
    ]
    return ", ".join(changed) or "the same"


def capital(label: str) -> str:
    """A label as on the other pages, with a capital; a symbol stays as it is."""
    word = label.split(" ", 1)[0]
    return label[0].upper() + label[1:] if len(word) > 1 and word.isalpha() else label
