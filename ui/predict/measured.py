"""My measurement: upload, complete, compare before and after, read the estimates."""

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.learning import Run
from nmr_core.learning.origin import effects_of
from nmr_core.measured import (
    READERS,
    Steps,
    Target,
    select_measurements,
)
from nmr_core.measured.choice import Choice, fitting_run, runs_for_measurements
from nmr_core.measured.example import Example
from nmr_core.measured.for_run import acquisitions_of, prepare_for_run
from nmr_core.measured.made_for import made_for_of
from nmr_core.measured.refusal import refusal
from ui.predict import answer, code, columns, reading, verdict_box
from ui.predict import steps as step_fields
from ui.shared import (
    compute,
    export,
    inputs,
    pages,
    uploads,
)
from ui.shared.text import quoted

PREPARED = "_measurement-prepared"


def view(run: Run, level: float) -> None:
    """Show the whole of "My measurement"; without an upload an example, marked as such."""
    target = reading.target(run.id, run.manifest.created)
    labels = {"": "Recognise by content"} | {name: one.label for name, one in READERS.items()}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        upload, failed = uploads.chooser(
            "measurement",
            max_megabytes=reading.MAX_MEGABYTES,
            help="One measured echo, on any time points: text with columns, NPZ, HDF5, or a "
            "spectrometer's file or zipped folder.",
        )
    with right:
        kind = inputs.choice("Format", labels, "measurement-format")
    pages.link(
        "measurement",
        "Measurement first, then the model: open My measurement",
        **verdict_box.measurement_link(),
    )
    _about_effects(run)
    if failed:
        return
    example = _example_for(run, target) if upload is None else None
    if upload is None and example is None:
        return
    files = reading.read(upload or example, kind)
    if files is None:
        return
    chosen = columns.which(files.measurements, target.n_settings)
    if chosen is None:
        return
    if files.files:
        python = code.measured(run, files.files, kind, files.options)
    else:
        python = code.example(run)
    case = answer.Case(
        run,
        target,
        select_measurements(files.measurements, target.n_settings, chosen),
        source=(files.id, kind, files.command, tuple(chosen)),
        level=level,
        name=files.name,
        command=files.command,
        truth=example.truth if example else None,
        python=(*python, code.select(chosen)),
    )
    prepare_and_answer(case)


def prepare_and_answer(case: answer.Case, *, on_its_page: bool = False) -> None:
    """Show everything from the measurements on: before and after, and the estimates.

    Parameters
    ----------
    case : Case
        Run, files and options of the page.
    on_its_page : bool
        Whether this is My measurement, which shows the record and chooses the run; on Predict
        another shipped run may take the place of one that lacks points.
    """
    pictures = st.container()
    last = st.session_state.get(PREPARED)
    same_file = last is not None and last[0][:2] == (case.run.id, case.source)
    steps = step_fields.choose(last[1] if same_file else None)
    key = (case.run.id, case.source, repr(steps), case.run.manifest.created)
    if last is None or last[0] != key:
        try:
            with st.spinner("Preparing …"), compute.turn():
                choice = _choice(case, steps, switch=not on_its_page)
        except InputError as error:
            with pictures:
                decision = refusal(error, case.measurements, case.target)
                verdict_box.show(decision, verdict_box.question_of(case.run))
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
        step_fields.before_after(last[1], case.target, case.python, with_record=not on_its_page)
    answer.show_answer(case, last[1], key, flags(steps))


def _choice(case: answer.Case, steps: Steps, *, switch: bool) -> Choice:
    """The chosen run, or the shipped one that fits where the measurement lacks points."""
    try:
        prepared = prepare_for_run(case.run, case.measurements, steps=steps, target=case.target)
        return Choice(case.run, case.target, prepared, "")
    except InputError:
        others = [run for run in runs_for_measurements() if run.id != case.run.id]
        if not switch or case.target.n_settings > 1 or not others:
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


def _example_for(run: Run, target: Target) -> Example | None:
    """The example, where one can be simulated, below a line that says what it is."""
    if target.n_settings > 1:
        order = " · ".join(f"{k}: {text}" for k, text in enumerate(acquisitions_of(run), 1))
        st.caption(
            f"This run takes {target.n_settings} echoes of a sample, one per setting. Choose as "
            f"many files, named in the order of the settings. {quoted(order)}"
        )
        return None
    made_for = made_for_of(run)
    if made_for is not None:
        st.caption(
            f"{quoted(made_for.sentence)} Choose a file of this protocol. Where the file does not "
            "say tau, open it on My measurement, which asks for it."
        )
        return None
    example = reading.example_of(run)
    if example is None:
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


def flags(steps: Steps) -> str:
    """The chosen steps as options of the command line."""
    flags = ""
    for name, value in vars(steps).items():
        if value is None:
            continue
        word = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
        flags += f" --{name.replace('_', '-')} {word}"
    return flags
