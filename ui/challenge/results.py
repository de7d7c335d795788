"""The private result, revealed once: both ranks of everyone."""

from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.plots.challenge import Ranks, ranks_figure
from ui.challenge import words
from ui.shared import figure_code, once, tables
from ui.shared.figure import palette, show

if TYPE_CHECKING:
    from nmr_core.challenge import Board, Challenge, Row


def private(challenge: "Challenge", board: "Board", own: str) -> None:
    """Ranks on the public board beside those of the private result."""
    rows = [row for row in board.rows if not row.is_reference]
    if not rows:
        return
    st.header("Public and private", divider="gray", anchor=False)
    ranks = [Ranks(row.name, row.rank, row.private_rank, row.team == own) for row in rows]
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        show(
            once.figure(
                lambda: ranks_figure(ranks, palette()),
                "challenge-ranks",
                challenge.id,
                board.version,
                own,
            ),
            key="challenge-ranks",
            name="challenge-ranks",
            alt="Rank on the public board beside the rank of the private result.",
            code=figure_code.lines(
                "from nmr_core.plots.challenge import Ranks, ranks_figure",
                f"ranks = {ranks!r}",
                "figure = ranks_figure(ranks, LIGHT)",
            ),
        )
    with right:
        tables.plain([_cells(row) for row in rows])


def _cells(row: "Row") -> dict[str, object]:
    return {
        "Private": row.private_rank,
        "Public": row.rank,
        "Name": row.name,
        "Private score": words.with_error(row.private_score, row.private_error),
        "Public score": words.with_error(row.score, row.error),
    }
