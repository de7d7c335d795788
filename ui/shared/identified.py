"""What was found out about presets, read from disk once: every key is a short text."""

from pathlib import Path

import streamlit as st

from nmr_core.inference.identifiability import BoundMap, Identification, Profile, Scan
from nmr_core.inference.identifiability.make import N_PLACES, Asked
from nmr_core.inference.identifiability.store import find, identifications_folder
from nmr_core.presets import Preset
from ui.shared import compute


def verdicts_of(
    preset: Preset, *, sigma: float | None = None, disorder: bool = True
) -> Identification | None:
    """What :func:`nmr_core.identify` would answer, if somebody asked it or it ships with the app."""
    return read(_verdicts_key(compute.key_of(preset), sigma, disorder, preset))


@st.cache_data(max_entries=256, show_spinner=False)
def _verdicts_key(key: str, sigma: float | None, disorder: bool, _preset: Preset) -> str:
    return Asked.of(_preset, None, sigma, disorder, None, 0, None).key(
        "verdicts", n_places=N_PLACES.default
    )


def read(key: str) -> Identification | Scan | BoundMap | Profile | None:
    """The result with this key; None if there is none (or only a damaged one, which can be made again)."""
    file = identifications_folder() / key / "result.json"
    return _read(key, _stamp(file), str(file))


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=64, show_spinner=False)
def _read(key: str, stamp: int, file: str) -> Identification | Scan | BoundMap | Profile | None:
    return find(key)
