"""Curves to predict: a data set here, or a file that a visitor brings; few at once, many by a job."""

from contextlib import suppress

import pandas as pd
import streamlit as st

from nmr_core.datasets import DatasetEntry, EchoDataset
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.compare import RunEntry
from nmr_core.evaluation.predictions import load_predictions
from nmr_core.io.formats import FORMATS, Foreign, read_foreign
from nmr_core.jobs import api
from nmr_core.learning import Run
from nmr_core.measured.estimating import LEVEL, estimate
from nmr_core.storage.workspace import new_id
from ui.data_sets import import_form
from ui.predict import known as predict_known
from ui.shared import compute, gone, inputs, job_card, state, uploads
from ui.shared.text import megabytes

FEW = 2000
"""Curves that the page predicts itself."""
READ = 20_000_000
"""Bytes of files that the page reads itself."""
MODEL = 50_000_000
"""Bytes of a model that the page loads itself."""
KEPT, JOB = "_predict-file", "_predict-job"

Found = tuple[pd.DataFrame, EchoDataset | Foreign | None, str]
"""(estimates with the numbers of refused curves, the curves if they are at hand, what they are called)."""


def first_run(entries: dict[str, RunEntry], measured: bool = False) -> int:
    """Which run a first visit predicts with: the one that ships trained on as many curves as one likes, else the newest; for a
    ``measured`` echo rather one that knows measurement effects."""
    several = list(entries.values())
    shipped = [
        k
        for k, e in enumerate(several)
        if "pretrained" in e.path.parts and e.run.task == "regression"
    ]
    effects = [any(origin["effects"] for origin in several[k].run.manifest.origin) for k in shipped]
    return next(
        (k for k, has in zip(shipped, effects, strict=True) if has == measured),
        shipped[0] if shipped else 0,
    )


def follow(entries: dict[str, RunEntry], measured: bool) -> None:
    """The run that a first visit predicts with goes along when somebody turns to a measured echo, or back; another one stays."""
    before, st.session_state["_measured"] = st.session_state.get("_measured", measured), measured
    ids = list(entries)
    if (
        before != measured
        and ids
        and st.session_state.get("run") == ids[first_run(entries, before)]
    ):
        st.session_state["run"] = ids[first_run(entries, measured)]


def _first_set(run: Run, sets: dict[str, DatasetEntry]) -> int:
    """The newest data set on the run's time points; of a run that does not say them, its own."""
    if not run.manifest.time:
        return list(sets).index(run.manifest.dataset) if run.manifest.dataset in sets else 0
    for k, entry in enumerate(sets.values()):
        with suppress(InputError):
            run.check_curves(entry.manifest.time, entry.manifest.n_settings)
            return k
    return 0


def of_dataset(run: Run, level: float = LEVEL) -> Found | None:
    """A data set of this data folder; None while there is nothing to show."""
    sets = state.datasets()
    chosen = inputs.pick(
        "Data set",
        {i: f"{e.manifest.title} · {i}" for i, e in sets.items()},
        "dataset",
        noun="data set",
        index=_first_set(run, sets),
    )
    if chosen is None:
        gone.notice("data set", "dataset")
        return None
    opened = compute.dataset(chosen, sets[chosen].manifest.created)
    run.check_curves(opened)
    if len(opened) <= FEW and run.manifest.model_bytes <= MODEL:
        stamp = predict_known.known(run)[1]
        return (
            _few(run.id, run.manifest.created, chosen, sets[chosen].manifest.created, level, stamp),
            opened,
            chosen,
        )
    done = _job_of(run.id, "dataset", chosen, level)
    _ask(
        {"run": run.id, "dataset": chosen, "level": level},
        f"Predict {len(opened):,} curves",
        done is not None,
    )
    return (load_predictions(done)[1], opened, chosen) if done else None


@st.cache_resource(max_entries=32, show_spinner="Predicting …")
def _few(run: str, created: str, dataset: str, made: str, level: float, stamp: str) -> pd.DataFrame:
    with compute.turn():
        own = compute.run(run, created)
        return estimate(
            own,
            compute.dataset(dataset, made),
            level=level,
            insist=True,
            error_model=predict_known.known(own)[0],
        )


def _job_of(run: str, what: str, name: str, level: float) -> str | None:
    """Result of the newest finished job that predicted this."""
    for job in api.list_jobs(limit=200):
        asked = job.params.get("run"), job.params.get(what), job.params.get("level", LEVEL)
        if job.kind == "predict" and job.status == "done" and asked == (run, name, level):
            return job.params["id"]
    return None


def _ask(params: dict, label: str, again: bool) -> None:
    """The button that queues a job, and its card."""
    if st.button(
        f"{label}{' again' if again else ''}",
        key="predict",
        type="secondary" if again else "primary",
        icon=":material/play_arrow:",
    ):
        job_card.submit("predict", params | {"id": new_id("pr")}, label)
        st.rerun()
    job_card.cards("predict", limit=2)


def of_file(run: Run, level: float = LEVEL) -> Found | None:
    """An uploaded file, read without trust; None while there is nothing to show."""
    labels = {"": "Recognise by content"} | {name: kind.label for name, kind in FORMATS.items()}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        files = st.file_uploader(
            "Files",
            type=import_form.TYPES,
            accept_multiple_files=True,
            key="predict-files",
            max_upload_size=import_form.MAX_MEGABYTES,
            label_visibility="collapsed",
            help="Curves on the same time points (µs) as those that the run has learned from.",
        )
    with right:
        form = inputs.choice("Format", labels, "predict-format")
    if not files:
        for key in (KEPT, JOB):
            st.session_state.pop(key, None)
        m = run.manifest
        grid = (
            f": {m.time['n']} points from {m.time['first']:.5g} to {m.time['last']:.5g} µs"
            if m.time
            else ""
        )
        st.caption(f"This run takes curves of the protocol that it has learned from{grid}.")
        return None
    size = sum(file.size for file in files)
    name = files[0].name if len(files) == 1 else f"{len(files)} files"
    if size > READ:
        return _file_by_job(run, files, form, name, f"Predict {megabytes(size)}", level)
    foreign = _read(files, form)
    run.check_curves(foreign.time, foreign.settings)
    if len(foreign) > FEW or run.manifest.model_bytes > MODEL:
        return _file_by_job(run, files, form, name, f"Predict {len(foreign):,} curves", level)
    known, stamp = predict_known.known(run)
    asked = (run.id, run.manifest.created, form, level, stamp, *(file.file_id for file in files))
    if st.session_state.get(KEPT, (None,) * 3)[2] != asked:
        with st.spinner("Predicting …"), compute.turn():
            st.session_state[KEPT] = (
                st.session_state[KEPT][0],
                foreign,
                asked,
                estimate(run, foreign, level=level, insist=True, error_model=known),
            )
    return st.session_state[KEPT][3], foreign, name


def _read(files: list, form: str) -> Foreign:
    """What is in the files, read once; the upload is gone afterwards, whatever is in it."""
    asked, kept = (form, *(file.file_id for file in files)), st.session_state.get(KEPT)
    if kept is None or kept[0] != asked:
        path = uploads.put(files)
        try:
            uploads.check_unpacked(path)
            with st.spinner("Reading …"):
                kept = (asked, read_foreign(path, form or None), None, None)
        except (InputError, FailedError) as error:
            kept = (asked, InputError(str(error).replace(f"{path.parent}/", "")), None, None)
        finally:
            uploads.remove(path)
        st.session_state[KEPT] = kept
    if isinstance(kept[1], InputError):
        raise kept[1]
    return kept[1]


def _file_by_job(
    run: Run, files: list, form: str, name: str, label: str, level: float
) -> Found | None:
    """Many curves, or a large file: kept until the job has read it."""
    asked = (run.id, form, level, *(file.file_id for file in files))
    job = st.session_state.get(JOB)
    ours = job is not None and job[0] == asked
    if st.button(
        label, key="predict", type="secondary" if ours else "primary", icon=":material/play_arrow:"
    ):
        path, id = uploads.put(files), new_id("pr")
        upload = str(path.relative_to(uploads.uploads_folder()))
        params = {"run": run.id, "id": id, "upload": upload, "format": form, "level": level}
        if job_card.submit("predict", params, f"{label} of {name}"):
            st.session_state[JOB] = (asked, id)
        else:
            uploads.remove(path)
        st.rerun()
    job_card.cards("predict", limit=2)
    done = ours and any(
        one.status == "done" and one.params.get("id") == job[1] for one in api.list_jobs(limit=200)
    )
    return (load_predictions(job[1])[1], None, name) if done else None
