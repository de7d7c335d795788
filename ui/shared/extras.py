"""Optional extras on a page: what is not installed is named, and not offered."""

import streamlit as st

from nmr_core.extras import install_command, is_installed


def usable(registry: dict) -> dict:
    """The entries of a registry whose extra is installed."""
    return {name: entry for name, entry in registry.items() if is_installed(entry.requires)}


def unavailable(registry: dict) -> None:
    """One line per missing extra: which entries need it, and the command that installs it."""
    missing: dict[str, list[str]] = {}
    for entry in registry.values():
        if not is_installed(entry.requires):
            missing.setdefault(entry.requires, []).append(entry.label)
    for extra, labels in missing.items():
        st.caption(
            f":material/extension_off: Not installed here: {', '.join(labels)}. "
            f"`{install_command(extra)}`"
        )
