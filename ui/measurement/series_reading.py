"""The echoes of an uploaded series, each file read in a process of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.io.options import ReadOptions
from nmr_core.io.text_options import TextOptions
from nmr_core.measured import Measurement, Peek
from nmr_core.measured.series.paths import is_other
from nmr_core.measured.series.series import Item, Series
from ui.predict import columns
from ui.shared import curve_files, strangers
from ui.shared.uploads import Upload

PEEKED, READ = "_series-peeked", "_series-read"
"""In the session: the first file that can be looked at, and the echoes."""


@dataclass(frozen=True)
class Sources:
    """Files as the visitor has them, and how they were read.

    Attributes
    ----------
    paths : tuple of str
        Files or a folder.
    kind : str
        Key in ``READERS``; "": recognised.
    options : ReadOptions
    """

    paths: tuple[str, ...]
    kind: str = ""
    options: ReadOptions = field(default_factory=ReadOptions)


def sources(upload: Upload, kind: str) -> Sources:
    """Return the files of an upload as :func:`read` has read them."""
    stored = st.session_state.get(READ)
    is_read = stored is not None and stored[0][:2] == (upload.id, kind)
    options = stored[0][2] if is_read else ReadOptions()
    return Sources(tuple(path.name for path in upload.paths), kind, options)


def read(upload: Upload, kind: str) -> list[Item] | None:
    """Return the echoes of an upload; None while something is open.

    Parameters
    ----------
    upload : Upload
        Files, or a zip of a folder.
    kind : str
        Key in ``READERS``; "": recognised.
    """
    zipped = [path for path in upload.paths if path.suffix.casefold() == ".zip"]
    text = TextOptions()
    if not zipped and kind in ("", "csv") and upload.is_text:
        text = curve_files.text_options("measurement", upload.id)
    options: ReadOptions | None = ReadOptions(text=text)
    if not zipped:
        options = _options(upload, kind, text)
    if options is None:
        return None
    key = (upload.id, kind, options)
    stored = st.session_state.get(READ)
    if stored is None or stored[0] != key:
        with st.spinner(f"Reading {upload.name} …"):
            items = [item for path in upload.paths for item in read_file(path, kind, options)]
        stored = st.session_state[READ] = (key, items)
    return stored[1]


def _options(upload: Upload, kind: str, text: TextOptions) -> ReadOptions | None:
    """What the files leave open, filled in for all of them from the first one."""
    key = (upload.id, kind, text)
    stored = st.session_state.get(PEEKED)
    if stored is None or stored[0] != key:
        stored = st.session_state[PEEKED] = (key, _first(upload.paths, kind, text))
    if stored[1] is None:
        return ReadOptions(text=text)
    return columns.options(stored[1], text, upload.id)


def _first(paths: Sequence[Path], kind: str, text: TextOptions) -> Peek | None:
    """The preview of the first file that has one."""
    for path in paths:
        try:
            return strangers.read("peek", path=path, kind=kind or None, text=text)
        except (InputError, FailedError):
            continue
    return None


def read_file(path: Path, kind: str, options: ReadOptions, name: str = "") -> list[Item]:
    """Return the echoes of one file; one item with the reason if it cannot be read.

    Parameters
    ----------
    path : Path
        The file, or a zip of a folder.
    kind : str
        Key in ``READERS``; "": recognised.
    options : ReadOptions
        How it is read.
    name : str
        What to call it; default: its name.
    """
    name = name or path.name
    if is_other(name):
        return []
    try:
        if path.suffix.casefold() == ".zip":
            series: Series = strangers.read("series", path=path, kind=kind or None)
            items = list(series.items)
        else:
            items = _items(path, name, kind, options)
    except (InputError, FailedError) as error:
        return [Item(name, problem=str(error).replace(f"{path.parent}/", ""))]
    for item in items:
        if item.measurement is not None:
            strangers.hold(
                item.measurement, item.measurement.time.nbytes + item.measurement.signal.nbytes
            )
    return items


def _items(path: Path, name: str, kind: str, options: ReadOptions) -> list[Item]:
    given: dict[str, Any] = {
        "kind": kind or None,
        "time_unit": options.time_unit,
        "columns": options.columns,
        "step": options.step,
        "text": options.text,
        "first": options.first,
    }
    measurements: list[Measurement] = strangers.read("measurements", path=path, **given)
    return [
        Item(name, number, len(measurements), one) for number, one in enumerate(measurements, 1)
    ]
