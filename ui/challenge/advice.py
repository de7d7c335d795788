"""What a participant may try next, from the own score and those of the reference models."""

import math
from typing import TYPE_CHECKING

from nmr_core.challenge.ranking import LINEAR
from ui.challenge import words

if TYPE_CHECKING:
    from nmr_core.challenge import Board, Challenge, Standing


def next_step(challenge: "Challenge", standing: "Standing", board: "Board") -> str:
    """One sentence: what to try."""
    better = {
        row.name
        for row in board.rows
        if row.is_reference and challenge.metric.sign * (row.score - standing.score) > 0
    }
    if not math.isfinite(standing.score):
        return "Train a first model on the training set and submit it: it costs one try."
    if "baseline" in better:
        return "The **baseline** looks at no curve and is better. Check the order of the columns."
    if "quick" in better:
        return "The recipe **quick** is better. Train it on the training set, with all targets."
    if "standard" in better:
        return "The recipe **standard** is better. Compare its features with yours."
    if standing.gap > standing.error:
        return "Others are ahead: try an ensemble, mirror images, fresh curves."
    if standing.rank == 1 and LINEAR in better:
        return "You lead. By the **linear estimate** the echoes hold more: try larger models."
    if standing.rank == 1:
        return "You lead. Differences within one standard error are noise."
    return "The next rank is within your standard error: the difference may be noise."


def gap_text(standing: "Standing") -> str:
    """The distance from the next rank, in the score and in standard errors."""
    if standing.rank == 1:
        return "leading"
    if not math.isfinite(standing.gap):
        return "–"
    if standing.gap <= standing.error:
        return "< 1 s.e."
    size = words.number(standing.gap)
    return f"{size} ({standing.gap / standing.error:.1f} s.e.)" if standing.error > 0 else size
