"""What a visitor changed of an experiment beyond the preset's own parameters: ``set=tau=20`` in the
page's address.
"""

from contextlib import suppress

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, Experiment
from nmr_core.presets import Preset
from ui.shared import address
from ui.shared.query import read_setting

KEY = "set"
_CHANGED = "_changed-fields"


def current(preset: Preset) -> dict[str, float | str]:
    """Field -> value, of the fields that this preset leaves free.

    Of a new address, what is no field, or no possible value, is left out.
    """
    if linked := address.new(KEY):
        st.session_state[_CHANGED] = _read(linked)
    own = {*preset.space.names, *dict(preset.settings[0])}
    changed = st.session_state.get(_CHANGED, {})
    return {name: value for name, value in changed.items() if name not in own}


def _read(texts: list[str]) -> dict[str, float | str]:
    changed: dict[str, float | str] = {}
    for text in texts:
        with suppress(InputError):
            name, value = read_setting(text)
            if name in FIELDS:
                Experiment().replace(**{name: value})
                changed[name] = value
    return changed


def write(changed: dict[str, float | str]) -> None:
    """Keep the changed fields, and put them into the address."""
    st.session_state[_CHANGED] = changed
    address.write(
        KEY,
        [
            f"{name}={value if isinstance(value, str) else format(value, '.15g')}"
            for name, value in changed.items()
        ],
    )


def change(name: str, value: float | str | None) -> None:
    """Callback of a field: change it to ``value``; None takes the change back."""
    others = {
        field: old for field, old in st.session_state.get(_CHANGED, {}).items() if field != name
    }
    write(others if value is None else others | {name: value})


def clear() -> None:
    """Forget all changes."""
    write({})
