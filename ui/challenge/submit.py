"""Submit: a run in one click, a CSV file, or a program by a token."""

from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import load_run
from ui.challenge import cached, files, participant, program, training
from ui.shared import export, inputs, lists, notice, room_news, things, turns
from ui.shared.text import quoted

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge, Receipt

WAYS = {"run": "A run", "file": "CSV file", "python": "Python"}
_RECEIPT = "_challenge-receipt"
"""In the session: (id of the challenge, receipt) of the last submission."""
_COUNT = "_challenge-files"
"""In the session: number of files that were submitted, which empties the chooser."""


def form(challenge: "Challenge", why_not: str) -> None:
    """The ways to submit, and the last receipt.

    Parameters
    ----------
    challenge : Challenge
        To which one.
    why_not : str
        Why nothing can be submitted now; "" if it can.
    """
    way = inputs.tabs(WAYS, "challenge-way", label="Submit", link="way", brief=True)
    if way == "run":
        _run(challenge, why_not)
    elif way == "file":
        _file(challenge, why_not)
    else:
        program.show(challenge)
    if why_not:
        st.caption(quoted(why_not))
    of, receipt = st.session_state.get(_RECEIPT, ("", None))
    if receipt is not None and of == challenge.id:
        draw = st.success if receipt.is_best else st.info
        draw(quoted(receipt.sentence), icon=":material/check_circle:")


def _run(challenge: "Challenge", why_not: str) -> None:
    fitting = _fitting(challenge)
    if not fitting:
        st.markdown("No run predicts these parameters from such curves yet.")
        training.show(challenge)
        return
    id = inputs.choice("Run", fitting, "challenge-run", link="run")
    note = _note()
    room = room_news.own_room()
    if room is not None and room.challenge == challenge.id:
        st.caption("The room sees the training curve of the leader's run, on Compare.")
    if st.button(
        "Submit",
        type="primary",
        key="challenge-submit-run",
        icon=":material/send:",
        disabled=bool(why_not),
    ):
        _score_run(challenge, id, note)


def _fitting(challenge: "Challenge") -> dict[str, str]:
    """Id -> title of the runs that predict what is hidden, those on the training set first.

    Shipped runs are left out: everyone submits a model of their own.
    """
    from nmr_core.challenge.curves import run_problem

    runs = [entry.run for entry in lists.runs() if entry.run is not None and not entry.shipped]
    runs = [run for run in runs if not run_problem(challenge, run)]
    runs.sort(key=lambda run: run.manifest.dataset != challenge.training)
    return things.labels({run.id: run.manifest.title for run in runs})


def _score_run(challenge: "Challenge", id: str, note: str) -> None:
    from nmr_core.challenge import predict_for

    try:
        with st.spinner("Predicting the test curves …"), turns.given_up():
            predictions = predict_for(challenge, load_run(id))
        _submit(challenge, predictions, note, run=id)
    except (InputError, FailedError) as error:
        notice.error(error)


def _file(challenge: "Challenge", why_not: str) -> None:
    from nmr_core.challenge import template_csv

    with st.container(horizontal=True):
        export.download(
            "Test curves (NPZ)",
            lambda: files.curves_npz(challenge),
            f"{challenge.id}-curves.npz",
            "application/octet-stream",
            "challenge-curves",
        )
        export.download(
            "Template (CSV)",
            lambda: template_csv(challenge),
            f"{challenge.id}.csv",
            "text/csv",
            "challenge-template",
        )
    number = st.session_state.get(_COUNT, 0)
    file = st.file_uploader(
        "Predictions",
        type=["csv"],
        key=f"challenge-file-{number}",
        max_upload_size=8,
        label_visibility="collapsed",
    )
    note = _note()
    if st.button(
        "Submit",
        type="primary",
        key="challenge-submit-file",
        icon=":material/send:",
        disabled=bool(why_not) or file is None,
    ):
        try:
            _submit(challenge, file.getvalue(), note)
        except (InputError, FailedError) as error:
            notice.error(error)


def _note() -> str:
    return st.text_input("Note", max_chars=120, key="challenge-note", placeholder="for yourself")


def _submit(challenge: "Challenge", content: object, note: str, run: str = "") -> None:
    """Score predictions, and draw the page again."""
    from nmr_core.challenge import submitting
    from ui.server.pace import PACE

    by = participant.present()
    PACE.count(by.id)
    receipt: Receipt = submitting.submit(
        challenge, content, by, note=note, run=run, address=_address()
    )
    st.session_state[_RECEIPT] = (challenge.id, receipt)
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    cached.refresh()
    st.rerun()


def _address() -> str:
    from ui.server import identity

    return identity.address()
