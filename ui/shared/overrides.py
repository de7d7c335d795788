"""What a visitor changed of an experiment beyond the preset's own parameters: ``set=tau=20`` in the page's address."""

from contextlib import suppress

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, Experiment
from nmr_core.presets import Preset
from ui.shared import address
from ui.shared.query import said

KEY = "set"


def current(preset: Preset) -> dict[str, float | str]:
    """Field -> value; what is no field, or no possible value, is left out."""
    found: dict[str, float | str] = {}
    for text in address.kept(KEY):
        with suppress(InputError):
            name, value = said(text)
            if name in FIELDS and name not in preset.space and name not in dict(preset.settings[0]):
                Experiment().replace(**{name: value})
                found[name] = value
    return found


def write(changed: dict[str, float | str]) -> None:
    """Put the changed fields into the address."""
    address.keep(
        KEY,
        [
            f"{name}={value if isinstance(value, str) else format(value, '.15g')}"
            for name, value in changed.items()
        ],
    )


def clear() -> None:
    """Forget all changes: another preset was chosen."""
    address.keep(KEY, [])
    for key in [
        key for key in st.session_state if isinstance(key, str) and key.startswith("field-")
    ]:
        del st.session_state[key]
