"""Files of measured echoes, read without trust: what is open is asked, each file is read once."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.io.options import ReadOptions
from nmr_core.io.text_options import TextOptions
from nmr_core.learning import Run
from nmr_core.measured import Measurement, Peek, Target, peek, read_measurements
from nmr_core.measured.example import Example, example_echo
from nmr_core.measured.for_run import target_for_run
from ui.predict import columns
from ui.shared import caches, compute, curve_files, strangers
from ui.shared.uploads import Upload

READ = "_measurement-read"
MAX_MEGABYTES = 50


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read from files, and how.

    Attributes
    ----------
    id : str
        Of the upload, or "example".
    name : str
        Of the file, or how many there are.
    measurements : list of Measurement
    kind : str
        Key of the reader; "": recognised.
    options : ReadOptions
    files : list of str
        Names of the files; none of an example.
    """

    id: str
    name: str
    measurements: list[Measurement]
    kind: str
    options: ReadOptions
    files: Sequence[str]

    @property
    def command(self) -> str:
        """Options of the command line that read the files."""
        return columns.flags(self.options, self.kind)


@caches.resource(max_entries=8, show_spinner="Simulating curves of this run …")
def target(run: str, created: str) -> Target:
    """What the curves of a run look like, simulated once."""
    with compute.turn(compute.LONG):
        return target_for_run(compute.run(run, created))


@caches.resource(max_entries=8, show_spinner="Simulating an example …")
def example(run: str, created: str, seed: int) -> Example:
    """An example of a measured echo of a run, simulated once."""
    with compute.turn(compute.LONG):
        return example_echo(compute.run(run, created), target(run, created), seed)


def example_of(run: Run, seed: int = 0) -> Example | None:
    """An example of a run; None where none can be simulated."""
    try:
        return example(run.id, run.manifest.created, seed)
    except InputError:
        return None


def read(source: Upload | Example, kind: str) -> Reading | None:
    """Read files with the reader ``kind`` ("": recognised); None while something is open."""
    is_upload = isinstance(source, Upload)
    text = TextOptions()
    if is_upload and kind in ("", "csv") and source.is_text:
        text = curve_files.text_options("measurement", source.id)
    id = source.id if is_upload else "example"
    key = (id, kind, text, hash(getattr(source, "text", b"")))
    stored = st.session_state.get(READ)
    if stored is None or stored[0] != key:
        with _paths(source) as paths:
            look = _peek if is_upload else peek
            stored = (key, look(paths[0], kind=kind or None, text=text), {})
        st.session_state[READ] = stored
    chosen = columns.options(stored[1], text, id)
    if chosen is None:
        return None
    if chosen not in stored[2]:
        with _paths(source) as paths, st.spinner("Reading …"):
            stored[2].clear()
            look = _read if is_upload else read_measurements
            stored[2][chosen] = columns.read(paths, kind, chosen, look)
    files = [path.name for path in source.paths] if is_upload else []
    return Reading(id, source.name, stored[2][chosen], kind, chosen, files)


def _peek(path: Path, **options: Any) -> Peek:
    return strangers.read("peek", path=path, **options)


def _read(path: Path, **options: Any) -> list[Measurement]:
    measurements = strangers.read("measurements", path=path, **options)
    for measurement in measurements:
        strangers.hold(measurement, measurement.time.nbytes + measurement.signal.nbytes)
    return measurements


@contextmanager
def _paths(source: Upload | Example) -> Iterator[list[Path]]:
    """The files on the disk while they are read; a refusal never shows where they are."""
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(source, Upload):
            paths = source.paths
        else:
            paths = [Path(folder) / source.name]
            paths[0].write_bytes(source.text)
        try:
            yield paths
        except (InputError, FailedError) as error:
            raise InputError(str(error).replace(f"{paths[0].parent}/", "")) from None
