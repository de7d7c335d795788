"""Intervals and applicability: level, verdict per echo, and the button that calibrates."""

import streamlit as st

from nmr_core.inference.error_model import ErrorModel, find_error_model
from nmr_core.learning import Run
from nmr_core.measured.estimating import LEVEL, LEVELS
from ui.shared import adding, caches, compute, inputs, job_card, job_list
from ui.shared.text import quoted

APPLICABILITY = {
    "in domain": (":material/check_circle:", "green", "In domain"),
    "borderline": (":material/help:", "orange", "Borderline"),
    "out of domain": (":material/block:", "red", "Out of domain"),
}


def load(run: Run) -> tuple[ErrorModel, str]:
    """Return the error model of a run, read once, and a text that each calibration changes."""
    stamp = _stamp(run)
    return _load(run.id, run.manifest.created, stamp), stamp


def _stamp(run: Run) -> str:
    """Folder, newest time and size of the calibration's files."""
    from nmr_core.inference.intervals import find_calibration

    folder = find_calibration(run)
    files = [path.stat() for path in folder.iterdir() if path.is_file()] if folder else []
    newest = max((file.st_mtime_ns for file in files), default=0)
    return f"{folder} {newest} {sum(file.st_size for file in files)}"


@caches.resource(max_entries=16, show_spinner=False)
def _load(run: str, created: str, stamp: str) -> ErrorModel:
    return find_error_model(compute.run(run, created))


def level(key: str = "level") -> float:
    """Let the visitor choose the level of the intervals, which stands in the address."""
    options = {f"{100 * value:g}": f"{value:.0%}" for value in LEVELS}
    index = LEVELS.index(LEVEL)
    chosen = inputs.choice(
        "Level of the intervals", options, key, link=True, index=index, width=180
    )
    return float(chosen) / 100


def missing(run: Run, model: ErrorModel) -> None:
    """Say what the error model lacks, with the button that calibrates the run."""
    if not model.note:
        return
    waits = any(
        job.live and job.kind == "calibrate" and job.params.get("run") == run.id
        for job in job_list.jobs()
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        start = "No intervals and no applicability: " if model.calibration is None else ""
        st.caption(start + quoted(model.note), width="stretch")
        if adding.button(
            "Calibrate this run", key="calibrate", icon=":material/straighten:", disabled=waits
        ):
            title = f"Calibrate {run.manifest.title}"
            if job_card.submit("calibrate", {"run": run.id}, title):
                st.rerun()
    if waits:
        job_card.cards("calibrate", limit=1)


def applicability(word: str, reason: str) -> None:
    """Show whether one echo lies in the domain of the model, with the reason."""
    if word not in APPLICABILITY:
        return
    icon, colour, title = APPLICABILITY[word]
    st.markdown(f":{colour}[{icon} **{title}.**] {quoted(reason)}")


def insists(n: int, key: str) -> bool:
    """Let the visitor show the estimates of ``n`` echoes that are out of domain."""
    return n > 0 and inputs.toggle(
        "Show the numbers anyway",
        key,
        link="insist",
        help="Estimates and intervals of echoes that are out of the domain of the model may be "
        "wrong by any amount.",
    )
