"""What ``challenge`` prints."""

import math
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from nmr_core.cli.output import show_cells, show_facts, show_json

if TYPE_CHECKING:
    from nmr_core.challenge import Board, Challenge


def show_board(challenge: "Challenge", one: "Board") -> None:
    """Print a board."""
    heads = ["rank", "name", challenge.metric.label, "±", "tries"]
    rows = [
        [str(row.rank or ""), row.name, f"{row.score:g}", f"{row.error:g}", str(row.n_tries)]
        for row in one.rows
    ]
    if challenge.is_revealed:
        heads += ["private rank", "private", "± private"]
        for cells, row in zip(rows, one.rows, strict=True):
            private = (row.private_score, row.private_error)
            cells += [str(row.private_rank or ""), *map(number, private)]
    show_cells(heads, rows)


def number(value: float) -> str:
    """A number, – for none."""
    return "–" if math.isnan(value) else f"{value:g}"


def show_challenge(challenge: "Challenge", as_json: bool) -> None:
    """Print the rules of a challenge."""
    if as_json:
        show_json(facts(challenge))
        return
    show_facts(
        {
            "challenge": challenge.id,
            "title": challenge.title,
            "state": challenge.state,
            "rule": challenge.metric.rule,
            "columns": ", ".join(["sample", *challenge.columns]),
            "training set": challenge.training,
            "test curves": f"{challenge.n_public} public, {challenge.n_private} private",
            "tries": str(challenge.tries),
            "ends": minute(challenge.ends),
        }
    )


def facts(challenge: "Challenge") -> dict:
    """A challenge for programs."""
    return asdict(challenge) | {"state": challenge.state, "columns": challenge.columns}


def minute(seconds: float) -> str:
    """A time of this computer's clock."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
