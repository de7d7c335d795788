"""What a participant sees of the own submissions: best score, gap, what to try, history."""

import math
from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.plots.challenge import history_figure
from nmr_core.storage.spaces.rights import check_pause
from ui.challenge import advice, participant, words
from ui.people import moments
from ui.shared import figure_code, notice, once, tables
from ui.shared.figure import palette, show

if TYPE_CHECKING:
    from nmr_core.challenge import Attempt, Board, Challenge, Standing


def numbers(challenge: "Challenge", board: "Board", standing: "Standing") -> None:
    """Best score, rank, gap to the next one, tries that are left, and what to try."""
    with st.container(horizontal=True, gap="medium"):
        best = words.with_error(standing.score, standing.error)
        st.metric("My best", best or "–", width="content")
        st.metric("Rank", standing.rank or "–", width="content")
        st.metric(
            "Gap",
            advice.gap_text(standing),
            width="content",
            help="To the next better rank, in the score and in standard errors.",
        )
        st.metric("Tries left", standing.tries_left, width="content")
    st.markdown(f":material/lightbulb: {advice.next_step(challenge, standing, board)}")


def result(board: "Board", own: str) -> None:
    """Private score and both ranks, after they were revealed; nothing without a submission."""
    row = next((row for row in board.rows if row.team == own), None)
    if row is None:
        return
    with st.container(horizontal=True, gap="medium"):
        score = words.with_error(row.private_score, row.private_error)
        st.metric("My private score", score, width="content")
        change = row.rank - row.private_rank
        st.metric("Rank", row.private_rank, change or None, width="content")
        st.metric("Public rank", row.rank, width="content")


def history(challenge: "Challenge", board: "Board", attempts: "list[Attempt]") -> None:
    """The own submissions as a figure and a table."""
    if not attempts:
        return
    st.header("My submissions", divider="gray", anchor=False)
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        _figure(challenge, board, attempts)
    with right:
        _table(attempts)
        _final(challenge, attempts)


def _figure(challenge: "Challenge", board: "Board", attempts: "list[Attempt]") -> None:
    metric = challenge.metric
    lines = {row.name: row.score for row in board.rows if row.is_reference}
    leaders = [row.score for row in board.rows if row.rank == 1]
    lines |= {"rank 1": leaders[0]} if leaders else {}
    scores, errors = [one.score for one in attempts], [one.error for one in attempts]
    shown = [one.shown for one in attempts]
    show(
        once.figure(
            lambda: history_figure(scores, errors, shown, palette(), metric.label, lines),
            "challenge-history",
            challenge.id,
            metric.label,
            *map(tuple, (scores, errors, shown, lines, lines.values())),
        ),
        key="challenge-history",
        name="challenge-my-scores",
        alt="My best score after each submission, beside reference models.",
        code=figure_code.lines(
            "from nmr_core.plots.challenge import history_figure",
            f"figure = history_figure({scores}, {errors},",
            f"                        {shown}, LIGHT, {metric.label!r}, {lines})",
        ),
    )


def _table(attempts: "list[Attempt]") -> None:
    rows = [
        {
            "Try": number,
            "Score": words.with_error(one.score, one.error) if one.shown else "not better",
            "Counts": "✓" if one.is_final else "",
            "Note": one.note or one.run or "file",
            "By": one.by,
            "Time": moments.moment(one.time),
        }
        | {name: round(value, 3) for name, value in one.details.items() if math.isfinite(value)}
        for number, one in enumerate(attempts, 1)
    ]
    if len({one.by for one in attempts}) == 1:
        rows = [{name: cell for name, cell in row.items() if name != "By"} for row in rows]
    tables.plain(rows[::-1], column_config=moments.columns("Time"))


def _final(challenge: "Challenge", attempts: "list[Attempt]") -> None:
    """The choice of the submission that counts for the private result."""
    if challenge.is_closed or len(attempts) < 2:
        return
    numbers = [one.number for one in attempts]
    final = next((k for k, one in enumerate(attempts) if one.is_final), len(attempts) - 1)
    tries = {number: f"try {k}" for k, number in enumerate(numbers, 1)}
    with st.popover("Which one counts", icon=":material/check:"):
        st.caption("For the private result; at first the best one on the public board.")
        number = st.selectbox(
            "Submission", numbers, index=final, format_func=tries.get, key="challenge-final"
        )
        if st.button("Choose", key="challenge-choose"):
            _choose(challenge, number)


def _choose(challenge: "Challenge", number: int) -> None:
    from nmr_core.challenge import choose

    try:
        check_pause(participant.present().id)
        choose(challenge, participant.present(), number)
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    st.rerun()
