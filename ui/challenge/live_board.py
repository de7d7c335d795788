"""The board as a component of the browser: rows move to their new places, the clock ticks."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from ui.challenge import words
from ui.shared import caches

if TYPE_CHECKING:
    from nmr_core.challenge import Board, Challenge, Row

STATIC = Path(__file__).parents[2] / "static" / "challenge"
HTML = """<div class="board">
<div class="head"><span class="state"></span><span class="left" role="timer"></span></div>
<div class="axis" aria-hidden="true">
  <span></span><span></span><span></span><span><i></i><i></i></span><span></span>
</div>
<div class="rows" role="list" aria-label="Board"></div>
<div class="empty" hidden></div>
</div>"""


@caches.common_resource()
def _component() -> Any:
    return st.components.v2.component(
        "challenge_board",
        html=HTML,
        css=(STATIC / "board.css").read_text(encoding="utf-8"),
        js=(STATIC / "board.js").read_text(encoding="utf-8"),
    )


def draw(challenge: "Challenge", board: "Board", own: str, *, big: bool = False) -> None:
    """Show a board.

    Parameters
    ----------
    challenge : Challenge
        Whose board it is.
    board : Board
        Its rows, best first.
    own : str
        Id of the team of who looks; "" for none.
    big : bool
        For a projector.
    """
    data = content(challenge, board, own) | {"big": big}
    _component()(data=data, key=f"challenge-board-{'big' if big else 'small'}")


def content(challenge: "Challenge", board: "Board", own: str) -> dict[str, Any]:
    """What the component draws; parameters as in :func:`draw`."""
    scores = [_score(challenge, row) for row in board.rows]
    scale = Scale([score for score, _ in scores], challenge.metric.higher_is_better)
    is_running = board.state in ("before", "open", "frozen")
    return {
        "rows": [_row(challenge, row, scale, row.team == own) for row in board.rows],
        "state": words.state(challenge, board),
        "seconds": board.seconds_left if is_running else None,
        "until": words.until(board),
        "empty": words.empty(board),
        "measure": words.measure(challenge),
        "low": words.number(scale.low),
        "high": words.number(scale.high),
    }


def _score(challenge: "Challenge", row: "Row") -> tuple[float, float]:
    """Score and standard error that count now; the linear estimate has one for both parts."""
    if challenge.is_revealed and np.isfinite(row.private_score):
        return row.private_score, row.private_error
    return row.score, row.error


def _row(challenge: "Challenge", row: "Row", scale: "Scale", is_own: bool) -> dict[str, Any]:
    score, error = _score(challenge, row)
    at, low, high = scale.place(score, error)
    rank = row.private_rank if challenge.is_revealed else row.rank
    return {
        "id": row.team,
        "rank": str(rank or ""),
        "change": 0 if row.is_reference else row.moved,
        "name": row.name,
        "title": words.title(row),
        "own": is_own,
        "reference": row.is_reference,
        "score": words.number(score),
        "error": words.number(error),
        "at": at,
        "low": low,
        "high": high,
    }


class Scale:
    """From scores to places between 0 (left) and 1; errors have a logarithmic scale.

    Parameters
    ----------
    scores : sequence of float
        All that are shown.
    higher_is_better : bool
        Whether larger scores are better; the best ones stand at the left.
    """

    def __init__(self, scores: Sequence[float], higher_is_better: bool) -> None:
        values = np.array(scores, dtype=float)
        values = values[np.isfinite(values)]
        self.is_log = not higher_is_better and bool((values > 0).all())
        first, last = (values.min(), values.max()) if len(values) else (0.1, 1.0)
        if first == last:
            first, last = (first / 1.5, last * 1.5) if self.is_log else (first - 0.1, last + 0.1)
        self.low, self.high = (last, first) if higher_is_better else (first, last)

    def place(self, score: float, error: float) -> tuple[float | None, float, float]:
        """Places of a score and of the ends of its standard error; None for no score."""
        if not np.isfinite(score):
            return None, 0.0, 0.0
        width = error if np.isfinite(error) else 0.0
        ends = sorted((self._at(score - width), self._at(score + width)))
        return self._at(score), ends[0], ends[1]

    def _at(self, value: float) -> float:
        low, high = self.low, self.high
        if self.is_log:
            value = max(value, 1e-3 * min(low, high))
            value, low, high = np.log(value), np.log(low), np.log(high)
        return float(np.clip(0.03 + 0.94 * (value - low) / (high - low), 0, 1))
