"""Widgets for the controls of a lab; the address holds the value of each."""

from collections.abc import Collection
from contextlib import suppress

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.labs.lab import Control, Lab, Value
from ui.labs.states import RANDOM, SEED, capital, shown
from ui.shared import address, inputs

FEW = 4
"""Options that stand beside each other; more numbers are a slider, more words a list."""


def arrive(lab: Lab) -> None:
    """Set every control that the address names, on a page or a lab that has just been opened.

    A value that this address shares with the last one, such as the seed of another lab or page, is
    not new to :mod:`ui.shared.address`.
    """
    for control in lab.controls:
        for text in address.values(control.key)[:1]:
            with suppress(InputError):
                _assign(lab, control, _parsed(control, text))


def state(lab: Lab, hidden: Collection[str]) -> dict[str, Value]:
    """Show the controls; return a value for each.

    Parameters
    ----------
    lab : Lab
        The lab.
    hidden : collection of str
        Keys of controls that keep their value and are not shown.
    """
    return {
        control.key: _kept(lab, control) if control.key in hidden else _widget(lab, control)
        for control in lab.controls
    }


def rewind(lab: Lab) -> None:
    """Callback: all controls back to the first picture; the seed stays."""
    for control in lab.controls:
        if control.key != SEED:
            _assign(lab, control, control.default)


def _key(lab: Lab, control: Control) -> str:
    return f"lab-{lab.slug}-{control.key}"


def _parsed(control: Control, text: str) -> Value:
    """The option of a text of the address, where a switch is 1 or 0."""
    if _is_switch(control):
        return text in ("1", "True")
    return control.parse(text)


def _assign(lab: Lab, control: Control, value: Value) -> None:
    inputs.assign(_key(lab, control), value if _is_switch(control) else str(value))


def _is_switch(control: Control) -> bool:
    return all(isinstance(option, bool) for option in control.options)


def _is_number(control: Control) -> bool:
    return not any(isinstance(option, str) for option in control.options)


def _kept(lab: Lab, control: Control) -> Value:
    """The value of a control without a widget; the address still names it."""
    key = _key(lab, control)
    for text in address.new(control.key)[:1]:
        with suppress(InputError):
            _assign(lab, control, _parsed(control, text))
    value = st.session_state.get(key, control.default)
    with suppress(InputError):
        value = value if _is_switch(control) else control.parse(str(value))
    value = value if value in control.options else control.default
    address.write(control.key, str(int(value)) if _is_switch(control) else str(value))
    return value


def _widget(lab: Lab, control: Control) -> Value:
    key, help = _key(lab, control), control.help or None
    if _is_switch(control):
        default = bool(control.default)
        return inputs.toggle(capital(control.label), key, default, link=control.key, help=help)
    options = {str(option): shown(option) for option in control.options}
    index = list(options).index(str(control.default))
    if control.key in RANDOM:
        return control.parse(_random(lab, control, options, index))
    if len(options) <= FEW:
        name = inputs.tabs(
            options,
            key,
            label=capital(control.label),
            label_visibility="visible",
            link=control.key,
            index=index,
            help=help,
        )
    else:
        draw = inputs.steps if _is_number(control) else inputs.choice
        name = draw(capital(control.label), options, key, link=control.key, index=index, help=help)
    return control.parse(name)


def _random(lab: Lab, control: Control, options: dict[str, str], index: int) -> str:
    """A number of random draws, with a button that goes to the next one."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = inputs.choice(
            capital(control.label),
            options,
            _key(lab, control),
            link=control.key,
            index=index,
            help=control.help or None,
            width=130,
        )
        st.button(
            f"Next {control.key}",
            icon=":material/casino:",
            key=f"lab-{lab.slug}-next-{control.key}",
            on_click=_next,
            args=(lab, control),
        )
    return name


def _next(lab: Lab, control: Control) -> None:
    """Callback: the next option, after the last one the first."""
    names = [str(option) for option in control.options]
    current = st.session_state.get(_key(lab, control))
    position = names.index(current) if current in names else -1
    inputs.assign(_key(lab, control), names[(position + 1) % len(names)])
