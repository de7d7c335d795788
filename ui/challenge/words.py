"""Words and numbers of a challenge."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nmr_core.challenge import Board, Challenge, Row

STATES = {
    "before": "Not open yet",
    "open": "Open",
    "frozen": "Frozen",
    "ended": "Ended",
    "closed": "Closed",
}
"""State of a challenge -> words."""


def state(challenge: "Challenge", board: "Board") -> str:
    """State, number of participants and of submissions."""
    words = "Private result" if challenge.is_revealed else STATES[board.state]
    n = board.n_submissions
    submissions = f" · {n} {'submission' if n == 1 else 'submissions'}" if n else ""
    hidden = " · hidden from participants" if board.is_hidden and board.rows else ""
    return f"{words}{submissions}{hidden}"


def until(board: "Board") -> str:
    """What follows the clock."""
    return " to the start" if board.state == "before" else " left"


def empty(board: "Board") -> str:
    """What stands on a board without rows."""
    return "The board is hidden." if board.is_hidden else "Nothing submitted yet."


def number(value: float | None) -> str:
    """A number of at most two significant digits; "" for none."""
    if value is None or not math.isfinite(value):
        return ""
    return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"


def with_error(value: float, error: float) -> str:
    """A score with its standard error."""
    text = number(value)
    return f"{text} ± {number(error)}" if text and number(error) else text


def measure(challenge: "Challenge") -> str:
    """The metric, with the direction of improvement."""
    metric = challenge.metric
    return f"{metric.label} {'↑' if metric.higher_is_better else '↓'}"


def title(row: "Row") -> str:
    """What the browser shows when the mouse rests on a row."""
    if row.is_reference:
        return row.name
    twin = "; the same predictions as another team" if row.is_twin else ""
    return f"{row.name}: {tries(row.n_tries)}{twin}"


def tries(n: int) -> str:
    """1 try, 2 tries."""
    return f"{n} {'try' if n == 1 else 'tries'}"
