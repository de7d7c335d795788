"""What may be quoted of a measured echo, and a button for each thing to do about it."""

from collections.abc import Mapping

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.learning import Run
from nmr_core.learning.origin import preset_of
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.actions import AVERAGE, IDENTIFY, MAKE, TRAIN, WINDOW, Action
from nmr_core.measured.found import FoundEcho
from nmr_core.measured.making.grid import grid_for
from nmr_core.measured.verdict import Verdict
from nmr_core.presets import PRESETS
from ui.shared import address
from ui.shared.text import quoted

MEASURED = "measured_echo"
"""Preset of models made for a measurement."""
OPEN = "open"
"""In place of what may be quoted, where nothing was estimated and nothing is wrong."""
BOXES = {"yes": st.success, "with caution": st.warning, "no": st.error, OPEN: st.info}
ICONS = {
    "yes": ":material/check_circle:",
    "with caution": ":material/help:",
    "no": ":material/block:",
    OPEN: ":material/help:",
}
SYMBOLS = {
    AVERAGE: ":material/stacks:",
    TRAIN: ":material/grain:",
    MAKE: ":material/build:",
    WINDOW: ":material/crop:",
    IDENTIFY: ":material/fingerprint:",
}
OPEN_PLAN = "_measured-open-plan"
"""In the session: whether My measurement opens its plan of a model at the next run."""
READING = ("measurement", "column-", "time-unit", "which")
"""Beginnings of the keys of the address that say which measurement it is and how it is read."""
Query = Mapping[str, str | list[str]]


def show(decision: Verdict, question: Query, link: Query | None = None) -> None:
    """Show the sentence with its numbers, and the buttons.

    Parameters
    ----------
    decision : Verdict
        Of :func:`nmr_core.measured.verdict.verdict`.
    question : mapping
        Address of the page Identify for this protocol.
    link : mapping, optional
        Address of My measurement with these files; default: as this page's address says.
    """
    lines = [f"**{quoted(decision.sentence)}**"]
    lines += [f"- {quoted(sentence)}" for sentence in decision.out_of_range]
    BOXES[decision.quotable]("\n".join([lines[0], "", *lines[1:]]), icon=ICONS[decision.quotable])
    for comment in decision.comments:
        st.caption(quoted(comment))
    if not decision.actions:
        return
    link = measurement_link() if link is None else link
    with st.container(horizontal=True, vertical_alignment="center"):
        for action in decision.actions:
            _button(action, question, link)


def _button(action: Action, question: Query, link: Query) -> None:
    """One thing to do: another page, other fields, or an explanation."""
    kind, icon = action.kind, SYMBOLS[action.kind]
    if kind in (AVERAGE, TRAIN):
        with st.popover(quoted(action.label), icon=icon, key=f"action-{kind}"):
            st.markdown(quoted(action.sentence))
            if kind == AVERAGE:
                st.markdown(
                    "Measure again with so many scans, or add the new scans to the old ones in the "
                    "spectrometer, and choose the new file above."
                )
            elif st.button("Make a model with this noise", key=f"action-{kind}-make"):
                _open_plan(link)
        return
    if not st.button(
        quoted(action.label),
        key=f"action-{kind}",
        icon=icon,
        help=quoted(action.sentence),
        type="primary" if kind == MAKE else "secondary",
    ):
        return
    if kind == MAKE:
        _open_plan(link)
    elif kind == WINDOW:
        ends = {"first": action.values["first"], "last": action.values["last"]}
        _open("measurement", {**link, **{key: f"{value:.6g}" for key, value in ends.items()}})
    else:
        _open("identify", question)


def _open_plan(link: Query) -> None:
    """Open My measurement with its plan of a model, also where this is that page."""
    st.session_state[OPEN_PLAN] = True
    _open("measurement", {**link, "make": "1"})


def _open(page: str, query: Query) -> None:
    st.switch_page(f"pages/{page}.py", query_params=dict(query))


def measurement_link() -> dict[str, list[str]]:
    """Address of My measurement with the files of this page, read as they are here."""
    return {
        key: values
        for key, values in address.present().items()
        if values and key.startswith(READING)
    }


def question_of(
    run: Run | None,
    *,
    sigma: float | None = None,
    acquired: Acquired | None = None,
    echo: FoundEcho | None = None,
) -> dict[str, str | list[str]]:
    """Return the address of Identify for the protocol of a measurement.

    Parameters
    ----------
    run : Run, optional
        Whose preset is asked about; default: that of models made for a measurement.
    sigma : float, optional
        Noise of one quadrature, in units of M.
    acquired : Acquired, optional
        What was measured.
    echo : FoundEcho, optional
        Its line width and SNR are asked about, where ``sigma`` does not give the noise.
    """
    preset = None if run is None else preset_of(run)
    name = preset.name if preset is not None and preset.name in PRESETS else MEASURED
    query: dict[str, str | list[str]] = {"of": name}
    fixed = {}
    if acquired is not None and acquired.tau:
        fixed = {"tau": acquired.tau, "angle_1": acquired.angle_1, "angle_2": acquired.angle_2}
        if name == MEASURED and echo is not None:
            fixed |= _record(acquired, echo)
    elif preset is not None:
        fixed = {"tau": preset.base.protocol.tau}
    if fixed:
        query["fix"] = [f"{key}={value:.6g}" for key, value in fixed.items()]
    if sigma:
        query["snr"] = f"{0.5 / sigma:.4g}"
    elif echo is not None and echo.snr > 0:
        query["snr"] = f"{echo.snr:.4g}"
    return query


def _record(acquired: Acquired, echo: FoundEcho) -> dict[str, float]:
    """Line width and times of the record, as a model of this measurement is simulated with."""
    tau, start, stop = acquired.tau, acquired.start, acquired.stop
    if tau is None or start is None or stop is None or not echo.line_width > 0:
        return {}
    width = echo.line_width
    try:
        grid = grid_for(tau, start, stop, acquired.dwell, echo.width, width, "lorentzian")
    except InputError:
        return {"line_width": width}
    return {"line_width": width, **grid.fields}
