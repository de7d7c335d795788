"""My measurement: upload, complete, compare before and after, read the estimates."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.io.text_options import TextOptions
from nmr_core.learning import Run
from nmr_core.learning.origin import effects_of
from nmr_core.measured import (
    READERS,
    Measurement,
    Peek,
    Steps,
    Target,
    peek,
    read_measurements,
    select_measurements,
)
from nmr_core.measured.choice import Choice, fitting_run, runs_for_measurements
from nmr_core.measured.example import Example, example_echo
from nmr_core.measured.for_run import acquisitions_of, prepare_for_run, target_for_run
from nmr_core.measured.steps import OutOfRangeError
from ui.predict import answer, code, columns, new_model
from ui.predict import steps as step_fields
from ui.shared import (
    caches,
    compute,
    curve_files,
    export,
    inputs,
    notice,
    strangers,
    uploads,
)
from ui.shared.text import quoted
from ui.shared.uploads import Upload

READ, PREPARED = "_measurement-read", "_measurement-prepared"
MAX_MEGABYTES = 50


def view(run: Run, level: float) -> None:
    """Show the whole of "My measurement"; without an upload an example, marked as such."""
    target = _target(run.id, run.manifest.created)
    labels = {"": "Recognise by content"} | {name: one.label for name, one in READERS.items()}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        upload, failed = uploads.chooser(
            "measurement",
            max_megabytes=MAX_MEGABYTES,
            help="One measured echo, on any time points: text with columns, NPZ, HDF5, or a "
            "spectrometer's file or zipped folder.",
        )
    with right:
        kind = inputs.choice("Format", labels, "measurement-format")
    _about_effects(run)
    if failed:
        return
    example = _example_for(run, target) if upload is None else None
    if upload is None and example is None:
        return
    reading = _measurements(run, upload or example, kind)
    if reading is None:
        return
    measurements, command, python = reading
    chosen = columns.which(measurements, target.n_settings)
    if chosen is None:
        return
    source = (upload.id if upload else "example", kind, command, tuple(chosen))
    case = answer.Case(
        run,
        target,
        select_measurements(measurements, target.n_settings, chosen),
        source=source,
        level=level,
        name=upload.name if upload else example.name,
        command=command,
        truth=example.truth if example else None,
        python=(*python, code.select(chosen)),
    )
    _prepare_and_answer(case)


def _prepare_and_answer(case: answer.Case) -> None:
    """From the measurements on: before and after, and the estimates."""
    pictures = st.container()
    last = st.session_state.get(PREPARED)
    same_file = last is not None and last[0][:2] == (case.run.id, case.source)
    steps = step_fields.choose(last[1] if same_file else None)
    key = (case.run.id, case.source, repr(steps), case.run.manifest.created)
    if last is None or last[0] != key:
        try:
            with st.spinner("Preparing …"), compute.turn():
                choice = _choice(case, steps)
        except OutOfRangeError as error:
            with pictures:
                notice.error(error)
                new_model.offer(case.run, case.measurements, case.target, case.name)
            return
        st.session_state[PREPARED] = last = (key, choice.prepared, choice)
    choice = last[2]
    if choice.run.id != case.run.id:
        with pictures:
            st.info(quoted(choice.sentence), icon=":material/swap_horiz:")
        python = [line.replace(repr(case.run.id), repr(choice.run.id)) for line in case.python]
        case = replace(case, run=choice.run, target=choice.target, python=tuple(python))
    case = replace(case, python=(*case.python, code.prepare(steps)))
    with pictures:
        step_fields.before_after(last[1], case.target, case.python)
    answer.show_answer(case, last[1], key, _flags(steps))


def _choice(case: answer.Case, steps: Steps) -> Choice:
    """The chosen run, or the shipped one that fits where the measurement lacks points."""
    try:
        prepared = prepare_for_run(case.run, case.measurements, steps=steps, target=case.target)
        return Choice(case.run, case.target, prepared, "")
    except InputError:
        others = [run for run in runs_for_measurements() if run.id != case.run.id]
        if case.target.n_settings > 1 or not others:
            raise
        with suppress(InputError):
            return fitting_run(case.measurements, steps=steps, runs=others)
        raise


def _about_effects(run: Run) -> None:
    """Say so if a run was trained on curves without measurement effects."""
    if run.manifest.origin and not effects_of(run):
        st.info(
            "This run was trained on curves without measurement effects, so a measured echo may "
            "be out of its domain. Better: a run that was trained with noise, phase and scale "
            "errors, such as pretrained-measured.",
            icon=":material/info:",
        )


@caches.resource(max_entries=8, show_spinner="Simulating curves of this run …")
def _target(run: str, created: str) -> Target:
    with compute.turn(compute.LONG):
        return target_for_run(compute.run(run, created))


@caches.resource(max_entries=8, show_spinner="Simulating an example …")
def _example(run: str, created: str) -> Example:
    with compute.turn(compute.LONG):
        return example_echo(compute.run(run, created), _target(run, created))


def _example_for(run: Run, target: Target) -> Example | None:
    """The example, where one can be simulated, below a line that says what it is."""
    if target.n_settings > 1:
        order = " · ".join(f"{k}: {text}" for k, text in enumerate(acquisitions_of(run), 1))
        st.caption(
            f"This run takes {target.n_settings} echoes of a sample, one per setting. Choose as "
            f"many files, named in the order of the settings. {quoted(order)}"
        )
        return None
    try:
        example = _example(run.id, run.manifest.created)
    except InputError:
        st.caption("Choose a file with one measured echo.")
        return None
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":orange-badge[:material/science: Example] **Everything below is an example, not your "
            "measurement:** a simulated echo with known parameters, turned, shifted, scaled and "
            "noisy, 10,000 points. Choose your file above.",
            width="stretch",
        )
        export.download(
            "Example file", lambda: example.text, example.name, "text/csv", "measurement-example"
        )
    return example


def _measurements(
    run: Run, source: Upload | Example, kind: str
) -> tuple[list[Measurement], str, list[str]] | None:
    """(measurements, options of the command line, Python); None while something is open."""
    text = TextOptions()
    if isinstance(source, Upload) and kind in ("", "csv") and source.is_text:
        text = curve_files.text_options("measurement")
    id = source.id if isinstance(source, Upload) else source.name
    key = (id, kind, text, hash(getattr(source, "text", b"")))
    stored = st.session_state.get(READ)
    if stored is None or stored[0] != key:
        with _paths(source) as paths:
            look = peek if isinstance(source, Example) else _peek
            stored = (key, look(paths[0], kind=kind or None, text=text), {})
        st.session_state[READ] = stored
    chosen = columns.options(stored[1], text)
    if chosen is None:
        return None
    if chosen not in stored[2]:
        with _paths(source) as paths, st.spinner("Reading …"):
            stored[2].clear()
            look = read_measurements if isinstance(source, Example) else _read
            stored[2][chosen] = columns.read(paths, kind, chosen, look)
    if isinstance(source, Upload):
        python = code.measured(run, [path.name for path in source.paths], kind, chosen)
    else:
        python = code.example(run)
    return stored[2][chosen], columns.flags(chosen, kind), python


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


def _flags(steps: Steps) -> str:
    """The chosen steps as options of the command line."""
    flags = ""
    for name, value in vars(steps).items():
        if value is None:
            continue
        word = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
        flags += f" --{name.replace('_', '-')} {word}"
    return flags
