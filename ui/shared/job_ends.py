"""The end of a job on its card: the result in one line, and the next step, by kind of job."""

from contextlib import suppress
from dataclasses import dataclass, field

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.jobs import Job
from nmr_core.storage import trash
from nmr_core.storage.kinds import DATASET, RUN, STUDY
from ui.shared import pages
from ui.shared.inputs import assign
from ui.shared.text import quoted

THINGS = {"dataset": DATASET, "source": DATASET, "run": RUN, "study": STUDY}
"""Parameter of a job -> kind of the thing that it is the id of."""
COUNTED = ("generate", "effects", "join")
"""Kinds whose steps are curves."""


@dataclass(frozen=True)
class Step:
    """A link to what may be done with a result."""

    label: str
    page: str
    query: dict[str, str] = field(default_factory=dict)
    """Name in the address -> parameter of the job, or part of its result, with its value."""
    more: dict[str, str] = field(default_factory=dict)
    """Name in the address -> value, of a link from another page."""


_OF_A_DATASET = (
    Step("Look at it", "data_sets", {"dataset": "dataset"}),
    Step("Train on it", "train", {"dataset": "dataset"}),
)
STEPS: dict[str, tuple[Step, ...]] = {
    "generate": _OF_A_DATASET,
    "effects": _OF_A_DATASET,
    "join": _OF_A_DATASET,
    "train": (Step("Compare this run", "compare", {"runs": "run"}),),
    "study": (Step("Open the study", "studies", {"study": "study"}),),
    "explain": (Step("Look at it", "explain", {"run": "run"}),),
    "identify": (Step("Generate a data set", "data_sets"),),
    "predict": (Step("Calibration of the model", "calibration", {"run": "run"}),),
    "refine": (Step("Calibration of the model", "calibration", {"run": "run"}),),
    "calibrate": (
        Step("Look at it", "calibration", {"run": "run"}),
        Step("Predict", "predict", {"run": "run"}),
    ),
    "posterior": (Step("Look at it", "predict", {"run": "run"}),),
    "refine_posterior": (Step("Look at it", "predict", {"run": "run"}),),
    "robustness": (Step("Look at it", "calibration", {"run": "run"}),),
    "make_model": (Step("Calibration of the model", "calibration", {"run": "run"}),),
    "series": (Step("Look at it", "measurement", {"series-stored": "series"}),),
    "design": (Step("Look at it", "design", {"design": "design"}),),
    "prove": (Step("Look at it", "design", {"design": "design"}),),
    "shape": (Step("Look at it", "design", {"design": "design"}),),
    "lab_book": (Step("Open it", "design", {"book": "id"}, {"side": "book"}),),
    "challenge": (Step("Open it", "challenge", {"challenge": "challenge"}),),
}
"""Kind of job -> its next steps."""


def deletion(job: Job) -> str:
    """What has been deleted of that which a job made, or needs to run again: a sentence, or ""."""
    made = {name for step in STEPS.get(job.kind, ()) for name in step.query.values()}
    needed = made if job.status == "done" else THINGS
    for name, kind in THINGS.items():
        id = str(job.params.get(name) or "") if name in needed else ""
        with suppress(InputError):
            if id and not trash.exists(kind, id) and trash.find(kind.name, id):
                return f"Its {kind.label} has been deleted."
    return ""


def show(job: Job) -> None:
    """Draw result and next steps of a job that is done."""
    summary = (job.result or {}).get("summary", "")
    with st.container(horizontal=True, vertical_alignment="center"):
        if summary:
            st.markdown(f":small[{quoted(str(summary))}]", width="stretch")
        for step in STEPS.get(job.kind, ()):
            _link(step, job)


def _link(step: Step, job: Job) -> None:
    known = job.params | (job.result or {})
    query = {name: str(known.get(key, "")) for name, key in step.query.items()}
    title = next(names[step.page][0] for names in pages.PAGES.values() if step.page in names)
    is_here = title == st.session_state.get("_page")
    if not is_here:
        pages.link(step.page, step.label, **(query | step.more))
    elif job.kind != "study":  # the page of studies shows several, with a button of its own
        st.button(step.label, key=f"open-{job.id}", on_click=_choose, args=(query,))


def _choose(query: dict[str, str]) -> None:
    """Callback: show something else on this page."""
    for key, value in query.items():
        assign(key, value)
