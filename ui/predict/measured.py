"""One's own echo: upload, say what the columns are, look at it before and after, then read the answer."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.learning import Run
from nmr_core.learning.origin import effects_of
from nmr_core.measured import READERS, Measurement, Steps, Target, peek, select_measurements
from nmr_core.measured.example import Example, example_echo
from nmr_core.measured.for_run import prepare_for_run, target_for_run
from ui.predict import answer as predict_answer
from ui.predict import columns as predict_columns
from ui.predict import steps as predict_steps
from ui.shared import compute, export, inputs, uploads

READ, PREPARED = "_own-read", "_own-prepared"
MAX_MEGABYTES = 50


def view(run: Run, level: float) -> None:
    """The whole of "My echo": an example, until somebody brings a file."""
    target = _target(run.id, run.manifest.created)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        files = st.file_uploader(
            "Files",
            accept_multiple_files=True,
            key="own-files",
            max_upload_size=MAX_MEGABYTES,
            label_visibility="collapsed",
            help="One measured echo, on any time points: text with columns, NPZ, HDF5, or a spectrometer's "
            "file or zipped folder.",
        )
    with right:
        labels = {"": "Recognise by content"} | {
            name: reader.label for name, reader in READERS.items()
        }
        kind = inputs.choice("Format", labels, "own-format")
    _perfect(run)
    example = None if files else _offered(run, target)
    if not files and example is None:
        return
    files = files or [_Given(example)]
    found = _measurements(files, kind)
    if found is None:
        return
    measurements, name, command = found
    chosen = predict_columns.which(measurements, target.n_settings)
    if chosen is None:
        return
    given = (tuple(file.file_id for file in files), kind, command, tuple(chosen))
    _rest(
        run,
        target,
        select_measurements(measurements, target.n_settings, chosen),
        given,
        level,
        example,
        name,
        command,
    )


def _rest(
    run: Run,
    target: Target,
    measurements: list[Measurement],
    asked: tuple,
    level: float,
    example: Example | None,
    name: str,
    command: str,
) -> None:
    """From the measurements on: before and after, and the answer."""
    pictures = st.container()
    last = st.session_state.get(PREPARED)
    steps = predict_steps.wanted(last[1] if last and last[0][:2] == (run.id, asked) else None)
    asked = (run.id, asked, repr(steps), run.manifest.created)
    if last is None or last[0] != asked:
        with st.spinner("Preparing …"), compute.turn():
            last = (asked, prepare_for_run(run, measurements, steps=steps, target=target))
        st.session_state[PREPARED] = last
    with pictures:
        predict_steps.before_after(last[1], target)
    predict_answer.answer(
        run,
        last[1],
        target,
        asked,
        level=level,
        truth=example and example.truth,
        name=name,
        command=f"python -m nmr_core predict {run.id} {name} --measured{command}{_flags(steps)} --resimulate",
    )


def _perfect(run: Run) -> None:
    """A run that has only seen perfect curves does not know measured ones, however good they are."""
    if run.manifest.origin and not effects_of(run):
        st.info(
            "This run has learned from perfect curves only, so it may refuse a measured echo or be far off. Better: one that "
            "was trained on curves with measurement effects (noise, phase, scale), such as pretrained-measured.",
            icon=":material/info:",
        )


@st.cache_resource(max_entries=8, show_spinner="Looking at what this run knows …")
def _target(run: str, created: str) -> Target:
    with compute.turn():
        return target_for_run(compute.run(run, created))


@st.cache_resource(max_entries=8, show_spinner="Making an example …")
def _example(run: str, created: str) -> Example:
    with compute.turn():
        return example_echo(compute.run(run, created), _target(run, created))


def _offered(run: Run, target: Target) -> Example | None:
    """The example, where one can be simulated."""
    if target.n_settings > 1:
        st.caption(
            f"This run takes {target.n_settings} echoes of a sample, one a setting: choose as many files, in their order."
        )
        return None
    try:
        example = _example(run.id, run.manifest.created)
    except InputError:
        st.caption("Choose a file with one measured echo.")
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "**This is an example:** a simulated echo, turned, shifted, scaled and noisy, 10,000 points. Choose a file of "
            "your own above.",
            width="stretch",
        )
        export.download(
            "Example file", lambda: example.text, example.name, "text/csv", "own-example"
        )
    return example


class _Given:
    """An example as if it had been uploaded."""

    def __init__(self, example: Example):
        self.name, self.size, self._text = example.name, len(example.text), example.text
        self.file_id = hashlib.sha256(example.text).hexdigest()

    def getbuffer(self) -> bytes:
        return self._text


def _measurements(files: list, kind: str) -> tuple[list[Measurement], str, str] | None:
    """(the measurements, what to call them, flags of the command line); None while somebody has to say what a column is. Nothing of
    an upload stays on the disk, whatever is in it."""
    ids = (kind, *(file.file_id for file in files))
    kept = st.session_state.get(READ)
    if kept is None or kept[0] != ids:
        with _written(files) as paths:
            kept = st.session_state[READ] = (ids, peek(paths[0], kind=kind or None), {})
    said = predict_columns.asked(kept[1])
    if said is None:
        return None
    if said not in kept[2]:
        with _written(files) as paths, st.spinner("Reading …"):
            kept[2].clear()
            kept[2][said] = predict_columns.read(paths, kind, said)
    name = files[0].name if len(files) == 1 else f"{len(files)} files"
    return kept[2][said], name, predict_columns.flags(said, kind)


@contextmanager
def _written(files: list) -> Iterator[list[Path]]:
    """The files on the disk, for as long as somebody reads them; a refusal never says where that was."""
    path = uploads.put(files)
    try:
        uploads.check_unpacked(path)
        yield [path] if path.is_file() else sorted(path.iterdir())
    except (InputError, FailedError) as error:
        raise InputError(
            str(error).replace(f"{path.parent}/", "").replace(f"{path}/", "")
        ) from None
    finally:
        uploads.remove(path)


def _flags(steps: Steps) -> str:
    """The steps that somebody wants otherwise, as options of the command line."""
    given = {name: value for name, value in vars(steps).items() if value is not None}
    text = {True: "yes", False: "no"}
    return "".join(
        f" --{name.replace('_', '-')} {text.get(value, value) if isinstance(value, bool) else value}"
        for name, value in given.items()
    )
