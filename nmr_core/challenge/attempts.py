"""A participant's own history, and where the participant stands."""

import json
import time
from dataclasses import dataclass, field

from nmr_core.challenge import challenge as stored
from nmr_core.challenge import database, teams
from nmr_core.challenge.challenge import Challenge
from nmr_core.challenge.metrics import rounded
from nmr_core.challenge.people import Participant
from nmr_core.challenge.ranking import board
from nmr_core.challenge.teams import Team
from nmr_core.errors import InputError


@dataclass(frozen=True)
class Attempt:
    """A submission of the own team.

    Parameters
    ----------
    number : int
        Of the submission.
    time : float
        s since 1970.
    score, error : float
        The team's public score after it, with two digits, and its standard error.
    shown : bool
        Whether this is the score of this submission; otherwise that of the best one before.
    note, run : str
        Remark, and id of the run.
    by : str
        Name of who submitted it.
    is_final : bool
        Whether the private result is that of this submission.
    details : dict
        Further numbers of a submission whose score is shown.
    """

    number: int
    time: float
    score: float
    error: float
    shown: bool
    note: str
    run: str
    by: str
    is_final: bool = False
    details: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where a participant stands.

    Parameters
    ----------
    team : Team, optional
        None before the first submission.
    score, error : float
        Best public score, and its standard error; NaN without one.
    rank : int
        0 without one, and while the board is hidden.
    gap : float
        Distance to the score of the next better rank; NaN where there is none.
    tries_left : int
        Further submissions.
    wait : float
        Seconds until the next submission is possible.
    """

    team: Team | None
    score: float
    error: float
    rank: int
    gap: float
    tries_left: int
    wait: float


def history(challenge: Challenge, by: Participant) -> list[Attempt]:
    """Submissions of the participant's team, the first one first."""
    sql = (
        "SELECT s.*, m.name AS by_name FROM submissions s LEFT JOIN members m "
        "ON m.person = s.person WHERE s.team = ? ORDER BY s.number"
    )
    team = teams.team_of(challenge, by)
    if team is None:
        return []
    with database.reading(challenge.folder) as db:
        rows = db.execute(sql, (team.id,)).fetchall()
        final = db.execute("SELECT final FROM teams WHERE id = ?", (team.id,)).fetchone()[0]
    best = max((row["number"] for row in rows if row["is_shown"]), default=0)
    attempts = []
    score = error = float("nan")
    for row in rows:
        if row["is_shown"]:
            score, error = rounded(row["score"], row["digits"]), rounded(row["error"], 1)
        attempts.append(
            Attempt(
                number=row["number"],
                time=row["time"],
                score=score,
                error=error,
                shown=bool(row["is_shown"]),
                note=row["note"],
                run=row["run"],
                by=row["by_name"] or "",
                is_final=row["number"] == (final or best),
                details=json.loads(row["details"]) if row["is_shown"] else {},
            )
        )
    return attempts


def choose(challenge: Challenge, by: Participant, number: int) -> None:
    """Choose the submission whose private score counts; default: the best on the public board.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    by : Participant
        Who chooses, for the team.
    number : int
        Of a submission of the team.

    Raises
    ------
    InputError
        It is none of the team, or the challenge is closed.
    """
    closed = "The challenge is closed, so the choice cannot change. Ask the organiser."
    with database.changing(challenge.folder) as db:
        if stored.within(db, challenge).is_closed:
            raise InputError(closed)
        team = teams.existing(db, by)
        changed = db.execute(
            "UPDATE teams SET final = ? WHERE id = ? AND EXISTS "
            "(SELECT 1 FROM submissions WHERE number = ? AND team = teams.id)",
            (number, team.id if team else "", number),
        )
        if not changed.rowcount:
            raise InputError(f"Your team has no submission {number}. Choose one of your history.")


def standing(challenge: Challenge, by: Participant) -> Standing:
    """Where a participant stands now."""
    challenge = stored.now(challenge)
    attempts = history(challenge, by)
    team = teams.team_of(challenge, by)
    extra = team.extra if team else 0
    nan = float("nan")
    rank, gap = _rank_and_gap(challenge, team) if team else (0, nan)
    last = attempts[-1] if attempts else None
    return Standing(
        team=team,
        score=last.score if last else nan,
        error=last.error if last else nan,
        rank=rank,
        gap=gap,
        tries_left=max(0, challenge.tries + extra - len(attempts)),
        wait=max(0.0, challenge.pause - (time.time() - last.time)) if last else 0.0,
    )


def _rank_and_gap(challenge: Challenge, team: Team) -> tuple[int, float]:
    """Rank of a team, and its distance to the worst score of the next better rank."""
    rows = [row for row in board(challenge).rows if not row.is_reference]
    own = next((row for row in rows if row.team == team.id), None)
    if own is None:
        return 0, float("nan")
    better = [row for row in rows if row.rank < own.rank]
    return own.rank, abs(better[-1].score - own.score) if better else float("nan")


def newest_times(challenge: Challenge) -> dict[str, float]:
    """When each person submitted last.

    Parameters
    ----------
    challenge : Challenge
        The challenge.

    Returns
    -------
    dict
        Id of a person -> s since 1970.
    """
    with database.reading(challenge.folder) as db:
        rows = db.execute("SELECT person, max(time) AS newest FROM submissions GROUP BY person")
        return {row["person"]: row["newest"] for row in rows}


@dataclass(frozen=True)
class SubmittedRun:
    """The run of a submission.

    Parameters
    ----------
    person : str
        Id of the person who submitted it.
    run : str
        Id of the run in that person's workspace.
    """

    person: str
    run: str


def best_run(challenge: Challenge, team: str) -> SubmittedRun | None:
    """The run behind a team's score on the board; None where a file was submitted.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    team : str
        Id of the team.
    """
    sql = (
        "SELECT person, run FROM submissions WHERE team = ? AND is_shown "
        "ORDER BY number DESC LIMIT 1"
    )
    with database.reading(challenge.folder) as db:
        row = db.execute(sql, (team,)).fetchone()
    return SubmittedRun(row["person"], row["run"]) if row and row["run"] else None
