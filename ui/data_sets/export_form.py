"""A data set in a format of the field: a small one as download, others by the command line."""

import mimetypes
import tempfile
import zipfile
from pathlib import Path

import streamlit as st

from nmr_core.datasets import EchoDataset
from nmr_core.errors import FailedError, InputError
from nmr_core.io.formats import FORMATS, write_foreign
from ui.shared import export, inputs, notice
from ui.shared.text import megabytes, quoted

MOST = 50_000_000
"""Bytes of curves that a page makes a file of."""


def form(opened: EchoDataset) -> None:
    """Which format, and the file."""
    m = opened.manifest
    name = inputs.choice("Format", {n: kind.label for n, kind in FORMATS.items()}, "export-format")
    st.caption(FORMATS[name].description)
    size = 8 * m.n_samples * m.n_settings * m.n_times
    file = f"{m.id}-{name}{FORMATS[name].ending}"
    command = f"python -m nmr_core export {m.id} --format {name} --out {file}"
    if size > MOST:
        st.caption(
            f"These curves are {megabytes(size)}, too much for a page. "
            "The command line writes them:"
        )
    elif st.toggle("Make the file", key=f"export-{m.id}-{name}"):
        try:
            content, file, notes = made(opened, name)
            things = [export.Thing("dataset", m.id, m.owner)]
            for note in notes:
                st.caption(quoted(note))
            mime = mimetypes.guess_type(file)[0] or "application/octet-stream"
            export.download("Download", content, file, mime, "export-download", of=things)
        except (InputError, FailedError) as error:
            notice.error(error)
    st.code(command, language="bash", wrap_lines=True)


def made(opened: EchoDataset, name: str) -> tuple[bytes, str, list[str]]:
    """(content, file name, what the format cannot hold): the one file of a format, or its folder as
    a zip file.
    """
    stem = f"{opened.manifest.id}-{name}"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{stem}{FORMATS[name].ending}"
        notes = write_foreign(opened, target, name)
        if target.is_file():
            return target.read_bytes(), target.name, notes
        packed = Path(folder) / f"{stem}.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(target.iterdir()):
                archive.write(file, file.name)
        return packed.read_bytes(), packed.name, notes
