"""Curves to predict: a data set, or an uploaded file; few at once, many by a job."""

from contextlib import suppress

import pandas as pd
import streamlit as st

from nmr_core.datasets import DatasetEntry, EchoDataset
from nmr_core.errors import InputError
from nmr_core.evaluation.compare import RunEntry
from nmr_core.evaluation.predictions import load_predictions
from nmr_core.io.formats import Foreign
from nmr_core.learning import Run
from nmr_core.learning.predicting import settings_of_file
from nmr_core.measured.choice import is_for_measurements, points_used
from nmr_core.measured.estimating import LEVEL, estimate, mark_far
from nmr_core.presets import DEFAULT
from nmr_core.storage.workspace import new_id
from ui.predict import code, error_model
from ui.shared import (
    adding,
    caches,
    compute,
    curve_files,
    gone,
    inputs,
    job_card,
    job_list,
    notice,
    once,
    state,
    things,
    uploads,
)
from ui.shared.curve_files import CurveFile
from ui.shared.text import megabytes

FEW = 2000
"""Curves that the page predicts itself."""
READ = 20_000_000
"""Bytes of files that the page reads itself."""
MODEL = 50_000_000
"""Bytes of a model that the page loads itself."""
ESTIMATES, JOB = "_curves-estimates", "_predict-job"

Estimated = tuple[pd.DataFrame, EchoDataset | Foreign | None, str, str]
"""Estimates for all curves, the curves where they are loaded, the name of their source, and the
Python that reads them.
"""


def first_run(entries: dict[str, RunEntry], measured: bool = False) -> int:
    """Return the index of the run that a first visit uses.

    Parameters
    ----------
    entries : dict of str to RunEntry
        Runs that can be chosen, by id.
    measured : bool
        Whether the source is a measured echo.

    Returns
    -------
    int
        Of the shipped run with measurement effects in its training data for a measured echo, else
        of the one without: of the default preset, that looks at most points; of the newest run
        where none ships.
    """
    shipped = [
        k
        for k, entry in enumerate(entries.values())
        if "pretrained" in entry.path.parts and entry.run.task == "regression"
    ]
    runs = [entry.run for entry in entries.values()]
    fitting = [k for k in shipped if is_for_measurements(runs[k].manifest) == measured]
    if fitting:
        return max(fitting, key=lambda k: _priority(runs[k]))
    return shipped[0] if shipped else 0


def _priority(run: Run) -> tuple[bool, int]:
    """Whether a run is of the preset of the example data, and how many points it looks at."""
    return run.manifest.preset == DEFAULT, points_used(run.manifest)


def follow(entries: dict[str, RunEntry], measured: bool) -> None:
    """Switch between the two runs of a first visit with the kind of source; another run stays."""
    before = st.session_state.get("_measured", measured)
    st.session_state["_measured"] = measured
    if before == measured or not entries:
        return
    ids = list(entries)
    if st.session_state.get("run") == ids[first_run(entries, before)]:
        inputs.assign("run", ids[first_run(entries, measured)])


def _first_set(run: Run, sets: dict[str, DatasetEntry]) -> int:
    """Index of the run's own data set, else of one on its time points: those of its preset first,
    of them the shipped example.
    """
    ids = list(sets)
    if run.manifest.dataset in sets:
        return ids.index(run.manifest.dataset)

    def order(id: str) -> tuple[bool, bool]:
        return sets[id].manifest.preset_name != run.manifest.preset, not id.startswith("example-")

    for id in sorted(ids, key=order):
        manifest = sets[id].manifest
        with suppress(InputError):
            run.check_signals(manifest.time, manifest.n_settings)
            return ids.index(id)
    return 0


def of_dataset(run: Run, level: float = LEVEL) -> Estimated | None:
    """Estimates for the curves of a data set; None while there is nothing to show."""
    sets = state.datasets()
    chosen = things.one(
        "Data set",
        things.labels({i: e.manifest.title for i, e in sets.items()}),
        "dataset",
        noun="data set",
        names_tab=False,
        index=_first_set(run, sets),
    )
    if chosen is None:
        gone.notice("data set", "dataset")
        return None
    opened = compute.dataset(chosen, sets[chosen].manifest.created)
    run.check_signals(opened)
    if len(opened) <= FEW and run.manifest.model_bytes <= MODEL:
        stamp = error_model.load(run)[1]
        return (
            _few(run.id, run.manifest.created, chosen, sets[chosen].manifest.created, level, stamp),
            opened,
            chosen,
            code.dataset(chosen),
        )
    done = _job_of(run.id, "dataset", chosen, level)
    _ask(
        {"run": run.id, "dataset": chosen, "level": level},
        f"Predict {len(opened):,} curves",
        done is not None,
    )
    if not done:
        return None
    return _predicted(run, done), opened, chosen, code.dataset(chosen)


def _predicted(run: Run, job: str) -> pd.DataFrame:
    """Estimates that a job has stored, read once."""
    return once.table(
        lambda: mark_far(run, load_predictions(job)[1]), "predicted by a job", run, job
    )


@caches.resource(max_entries=32, show_spinner="Predicting …")
def _few(run: str, created: str, dataset: str, made: str, level: float, stamp: str) -> pd.DataFrame:
    with compute.turn():
        loaded = compute.run(run, created)
        return estimate(
            loaded,
            compute.dataset(dataset, made),
            level=level,
            insist=True,
            error_model=error_model.load(loaded)[0],
        )


def _job_of(run: str, what: str, name: str, level: float) -> str | None:
    """Result of the newest finished job that predicted this."""
    for job in job_list.jobs(limit=200):
        asked = job.params.get("run"), job.params.get(what), job.params.get("level", LEVEL)
        if job.kind == "predict" and job.status == "done" and asked == (run, name, level):
            return job.params["id"]
    return None


def _ask(params: dict, label: str, again: bool) -> None:
    """The button that queues a job, and its card."""
    if adding.button(
        f"{label}{' again' if again else ''}",
        key="predict",
        type="secondary" if again else "primary",
        icon=":material/play_arrow:",
    ) and job_card.submit("predict", params | {"id": new_id("pr")}, label):
        st.rerun()
    job_card.cards("predict", limit=2)


def of_file(run: Run, level: float = LEVEL) -> Estimated | None:
    """Estimates for uploaded curves, read without trust; None while there is nothing to show."""
    file = curve_files.choose(
        "curves", "Curves on the same time points (µs) as those that the run was trained on."
    )
    if file is None:
        time = run.manifest.time
        grid = ""
        if time:
            grid = f": {time['n']} points from {time['first']:.5g} to {time['last']:.5g} µs"
        st.caption(f"This run takes curves of the protocol that it was trained on{grid}.")
        return None
    name = file.upload.name
    if file.upload.size > READ:
        return _file_by_job(run, file, f"Predict {megabytes(file.upload.size)}", level)
    foreign = curve_files.read(file, "curves")
    if foreign is None:
        return None
    try:
        run.check_signals(foreign.time, settings_of_file(foreign))
    except InputError as error:
        notice.error(error)
        return None
    if len(foreign) > FEW or run.manifest.model_bytes > MODEL:
        return _file_by_job(run, file, f"Predict {len(foreign):,} curves", level)
    model, stamp = error_model.load(run)
    key = (run.id, run.manifest.created, level, stamp, file.key)
    stored = st.session_state.get(ESTIMATES)
    if stored is None or stored[0] != key:
        with st.spinner("Predicting …"), compute.turn():
            table = estimate(run, foreign, level=level, insist=True, error_model=model)
        stored = st.session_state[ESTIMATES] = (key, table)
    return stored[1], foreign, name, file.python


def _file_by_job(run: Run, file: CurveFile, label: str, level: float) -> Estimated | None:
    """Estimates for many curves or a large file, made by a job that reads a copy of it."""
    key = (run.id, level, file.key)
    job = st.session_state.get(JOB)
    ours = job is not None and job[0] == key
    if adding.button(
        label, key="predict", type="secondary" if ours else "primary", icon=":material/play_arrow:"
    ):
        id, copy = new_id("pr"), file.job_params()
        params = {"run": run.id, "id": id, "level": level, **copy}
        if job_card.submit("predict", params, f"{label} of {file.upload.name}"):
            st.session_state[JOB] = (key, id)
            st.rerun()
        uploads.remove(uploads.uploads_folder() / copy["upload"])
    job_card.cards("predict", limit=2)
    done = ours and any(
        one.status == "done" and one.params.get("id") == job[1] for one in job_list.jobs(limit=200)
    )
    if not done:
        return None
    return _predicted(run, job[1]), None, file.upload.name, file.python
