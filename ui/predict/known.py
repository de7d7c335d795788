"""Intervals and applicability of a run on the page: level, verdict, and the button that calibrates."""

import streamlit as st

from nmr_core.jobs import api
from nmr_core.learning import Run
from nmr_core.measured.estimating import LEVEL, LEVELS, ErrorModel, find_error_model
from ui.shared import compute, inputs, job_card
from ui.shared.text import quoted

APPLICABILITY = {
    "in domain": (":material/check_circle:", "green", "In domain"),
    "borderline": (":material/help:", "orange", "Borderline"),
    "out of domain": (":material/block:", "red", "Out of domain"),
}


def known(run: Run) -> tuple[ErrorModel, str]:
    """(calibration and depth of a run, read once; a text that changes when somebody calibrates again)."""
    stamp = _stamp(run)
    return _known(run.id, run.manifest.created, stamp), stamp


def _stamp(run: Run) -> str:
    """When the newest file of the calibration was written."""
    from nmr_core.inference.intervals import find_calibration

    folder = find_calibration(run)
    files = [path.stat() for path in folder.iterdir() if path.is_file()] if folder else []
    return f"{folder} {max((file.st_mtime_ns for file in files), default=0)} {sum(file.st_size for file in files)}"


@st.cache_resource(max_entries=16, show_spinner=False)
def _known(run: str, created: str, stamp: str) -> ErrorModel:
    return find_error_model(compute.run(run, created))


def level(key: str = "level") -> float:
    """Of the intervals, in the address."""
    options = {f"{100 * value:g}": f"{value:.0%}" for value in LEVELS}
    return (
        float(
            inputs.choice(
                "Level of the intervals",
                options,
                key,
                link=True,
                index=LEVELS.index(LEVEL),
                width=180,
            )
        )
        / 100
    )


def missing(run: Run, found: ErrorModel) -> None:
    """What is not known yet, and the button that changes it."""
    if not found.note:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"No intervals and no applicability: {quoted(found.note)}"
            if found.calibration is None
            else quoted(found.note),
            width="stretch",
        )
        waits = any(
            job.live and job.kind == "calibrate" and job.params.get("run") == run.id
            for job in api.list_jobs()
        )
        if st.button(
            "Calibrate this run", key="calibrate", icon=":material/straighten:", disabled=waits
        ):
            job_card.submit("calibrate", {"run": run.id}, f"Calibrate {run.manifest.title}")
            st.rerun()
    if waits:
        job_card.cards("calibrate", limit=1)


def applicability(word: str, reason: str) -> None:
    """Show whether one echo lies in the domain of the model, with the reason."""
    if word not in APPLICABILITY:
        return
    icon, colour, said = APPLICABILITY[word]
    st.markdown(f":{colour}[{icon} **{said}.**] {quoted(reason)}")


def insists(n: int, key: str) -> bool:
    """Whether a visitor wants the numbers of ``n`` refused curves all the same."""
    return n > 0 and st.checkbox(
        "Show the numbers anyway",
        key=key,
        help="The run does not know such curves: its numbers and its intervals mean nothing for them.",
    )
