"""Of a participant: the own standing, submitting, the team, the history and the result."""

from typing import TYPE_CHECKING

from nmr_core.errors import InputError
from ui.challenge import board, mine, participant, results, submit, teams

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge, Standing


def show(challenge: "Challenge") -> None:
    """Best score, rank, gap, what to try; ways to submit; the team."""
    from nmr_core.challenge import standing

    present = standing(challenge, participant.present())
    if challenge.is_revealed:
        mine.result(board.present(challenge), participant.row(challenge))
        return
    mine.numbers(challenge, board.present(challenge), present)
    submit.form(challenge, _refusal(challenge, present))
    teams.show(challenge, present.team)


def history(challenge: "Challenge") -> None:
    """The private result once it is revealed, and the own submissions."""
    from nmr_core.challenge import history

    rows = board.present(challenge)
    if challenge.is_revealed:
        results.private(challenge, rows, participant.row(challenge))
    mine.history(challenge, rows, history(challenge, participant.present()))


def _refusal(challenge: "Challenge", standing: "Standing") -> str:
    """Why nothing can be submitted now; "" if it can."""
    from nmr_core.challenge.submitting import check_open

    try:
        check_open(challenge)
    except InputError as error:
        return str(error)
    return "" if standing.tries_left else "All tries are used."
