"""Optional extras (``pip install "spin-echo-lab[deep]"``): what is not installed is shown, and not offered as working."""

from functools import cache
from importlib.util import find_spec

import streamlit as st

MODULES = {"deep": ("torch", "skorch"), "minirocket": ("aeon",)}
"""Extra -> what it brings."""


@cache
def installed(extra: str) -> bool:
    """Whether everything of an extra is there ("" always is); nothing is imported."""
    return all(find_spec(module) is not None for module in MODULES.get(extra, ()))


def usable(registry: dict) -> dict:
    """The entries of a registry that work here."""
    return {name: entry for name, entry in registry.items() if installed(entry.requires)}


def unavailable(registry: dict) -> None:
    """A line for each missing extra: which entries need it, and how it is installed."""
    missing: dict[str, list[str]] = {}
    for entry in registry.values():
        if not installed(entry.requires):
            missing.setdefault(entry.requires, []).append(entry.label)
    for extra, labels in missing.items():
        st.caption(
            f':material/extension_off: Not installed here: {", ".join(labels)}. `pip install "spin-echo-lab[{extra}]"`'
        )
