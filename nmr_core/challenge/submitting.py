"""A submission is scored: tries, pauses, and the Ladder.

The public score of a submission is shown only if it is better than the team's best one by more than
the standard error of the difference, over bootstrap samples of the public curves that are the same
for all submissions, and by more than half the standard error of the score. Otherwise only this one
bit is known of it. The second condition is needed because the difference of two answers that differ
in one number has a standard error as small as itself.

First scores of teams are scores without a Ladder for a person with many names. After :data:`FREE`
teams a first score has two digits only if it is better than the leader of the board, reference
models included, in the same sense; else one.

References
----------
A. Blum and M. Hardt, The Ladder: a reliable leaderboard for machine learning competitions,
ICML 2015.
"""

import hashlib
import json
import sqlite3
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.challenge import challenge as stored
from nmr_core.challenge import database, teams
from nmr_core.challenge.challenge import BEFORE, CLOSED, ENDED, FROZEN, Challenge
from nmr_core.challenge.metrics import Metric, resampled_scores, rounded, score
from nmr_core.challenge.people import Participant
from nmr_core.challenge.reading import Answer, read_answer
from nmr_core.challenge.scoring import details, packed, parts, unpacked
from nmr_core.challenge.secret import Truth, truth_of
from nmr_core.errors import InputError
from nmr_core.people.database import one_line
from nmr_core.storage.spaces.rights import check_pause

__all__ = ["Participant", "Receipt", "submit"]
LONGEST_NOTE = 200
STEP = 0.5
"""Smallest gain that is shown, in standard errors of the best score."""
RULE = (
    "A new score is shown if it is better than your best by more than the standard error of the "
    "difference, and by more than half the standard error of your best."
)
"""The Ladder in words."""
FREE = 40
"""First scores that have two digits anyway; with so many names a person gains < 1 s.e."""


@dataclass(frozen=True)
class Receipt:
    """What a participant learns of a submission.

    Parameters
    ----------
    number : int
        Of the submission.
    score, error : float
        The team's public score after it, with two digits (one of a late first score that does
        not lead), and its standard error.
    shown : bool
        Whether this is the score of this submission; otherwise that of the best one before.
    is_best : bool
        Whether it is the team's best.
    rank : int
        The team's rank; 0 while the board is hidden.
    tries_left : int
        Further submissions of the team.
    sentence : str
        All this in words.
    """

    number: int
    score: float
    error: float
    shown: bool
    is_best: bool
    rank: int
    tries_left: int
    sentence: str


def submit(
    challenge: Challenge,
    content: "bytes | str | pd.DataFrame",
    by: Participant,
    note: str = "",
    run: str = "",
    address: str = "",
) -> Receipt:
    """Score a submission.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    content : bytes, str or DataFrame
        A CSV file, see :func:`nmr_core.challenge.reading.read_answer`.
    by : Participant
        Who submits; without a team, a team of one is made.
    note, run : str
        For the own history: a remark, and the id of the run.
    address : str
        Network address, for the organiser's export.

    Returns
    -------
    Receipt

    Raises
    ------
    InputError
        It is refused, and costs no try: one sentence.
    """
    challenge = stored.now(challenge)
    check_open(challenge)
    check_pause(by.id)
    with database.reading(challenge.folder) as db:
        own = teams.existing(db, by)
        if own is not None:
            _check_tries(db, challenge, own)
    answer = read_answer(challenge, content)
    truth = truth_of(challenge.folder)
    entry = {
        "person": by.id,
        "note": one_line(note, LONGEST_NOTE),
        "run": one_line(run, 64),
        "address": one_line(address, 64),
        "digest": hashlib.sha256(answer.values.round(12).tobytes()).hexdigest(),
    }
    with database.changing(challenge.folder) as db:
        challenge = stored.within(db, challenge)
        check_open(challenge)
        team = teams.team_for(db, challenge, by)
        used = _check_tries(db, challenge, team)
        _check_new(db, team.id, entry["digest"])
        shown, best = _add(db, challenge, truth, answer, team.id, entry)
        twins = _twins(db, team.id, entry["digest"])
        number = db.execute("SELECT max(number) FROM submissions").fetchone()[0]
    left = challenge.tries + team.extra - used - 1
    rank = _rank(challenge, team.id)
    return Receipt(
        number=number,
        score=rounded(best["score"], best["digits"]),
        error=rounded(best["error"], 1),
        shown=shown,
        is_best=shown,
        rank=rank,
        tries_left=left,
        sentence=_sentence(challenge, best, shown, rank, left, answer.n_moved, twins),
    )


def check_open(challenge: Challenge) -> None:
    """Refuse a submission before the start, while frozen, and after the end."""
    state = challenge.state
    if state == BEFORE:
        wait = _duration(challenge.seconds_left)
        raise InputError(f'"{challenge.title}" begins in {wait}. Submit then.')
    if state == FROZEN:
        raise InputError("Submissions are paused. Submit again when the organiser resumes.")
    if state in (ENDED, CLOSED):
        raise InputError(f'"{challenge.title}" has ended. Ask the organiser to extend it.')


def _check_tries(db: sqlite3.Connection, challenge: Challenge, team: teams.Team) -> int:
    """Tries that a team has used; refuse one too many, and one too early."""
    row = db.execute(
        "SELECT count(*), max(time) FROM submissions WHERE team = ?", (team.id,)
    ).fetchone()
    used, last = row
    if used >= challenge.tries + team.extra:
        raise InputError(f"All {used} tries are used. Ask the organiser for another one.")
    wait = challenge.pause - (time.time() - last) if last else 0.0
    if wait > 0:
        raise InputError(
            f"One submission per {_duration(challenge.pause)} and team. Submit again in "
            f"{_duration(wait)}."
        )
    return used


def _check_new(db: sqlite3.Connection, team: str, digest: str) -> None:
    row = db.execute(
        "SELECT number FROM submissions WHERE team = ? AND digest = ?", (team, digest)
    ).fetchone()
    if row is not None:
        raise InputError(
            f"These predictions are those of your submission {row[0]}. Submit other ones."
        )


def _add(
    db: sqlite3.Connection,
    challenge: Challenge,
    truth: Truth,
    answer: Answer,
    team: str,
    entry: dict,
    *,
    is_reference: bool = False,
) -> tuple[bool, dict]:
    """Store a submission; whether its score is shown, and the team's best one."""
    metric = challenge.metric
    own = parts(challenge, truth, answer.values)
    drawn = resampled_scores(metric, own, truth.counts)
    value, error = score(metric, own), float(drawn.std(ddof=1))
    best = db.execute(
        "SELECT score, error, answer, digits FROM submissions WHERE team = ? AND is_shown "
        "ORDER BY number DESC LIMIT 1",
        (team,),
    ).fetchone()
    other = best or _leader(db, metric)
    is_free = is_reference or _n_teams(db) < FREE
    is_better = True
    if other is not None:
        before = parts(challenge, truth, unpacked(other["answer"], answer.values.shape))
        drawn_before = resampled_scores(metric, before, truth.counts)
        is_better = is_shown(metric, (value, drawn), (other["score"], drawn_before))
    shown = best is None or is_better
    digits = 2 if is_better or is_free else 1
    row = entry | {
        "team": team,
        "time": time.time(),
        "answer": packed(answer.values),
        "score": value,
        "error": error,
        "details": json.dumps(details(challenge, truth, answer.values, digits)),
        "is_shown": int(shown),
        "digits": digits,
    }
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO submissions ({', '.join(row)}) VALUES ({marks})", row)
    if shown or best is None:
        return True, {"score": value, "error": error, "digits": digits}
    return False, dict(best)


def _n_teams(db: sqlite3.Connection) -> int:
    """Teams that have submitted, without reference models."""
    sql = (
        "SELECT count(DISTINCT s.team) FROM submissions s JOIN teams t ON t.id = s.team "
        "WHERE NOT t.is_reference"
    )
    return db.execute(sql).fetchone()[0]


def _leader(db: sqlite3.Connection, metric: Metric) -> sqlite3.Row | None:
    """The best submission of all."""
    order = "DESC" if metric.higher_is_better else "ASC"
    sql = f"SELECT score, answer FROM submissions WHERE is_shown ORDER BY score {order} LIMIT 1"
    return db.execute(sql).fetchone()


def is_shown(metric: Metric, new: tuple[float, np.ndarray], best: tuple[float, np.ndarray]) -> bool:
    """Whether a score is so much better than the best one that it is shown.

    Parameters
    ----------
    metric : Metric
        How answers are scored.
    new, best : tuple of float and float array, (n_resamples,)
        Scores, and those of the same bootstrap samples.
    """
    gain = metric.sign * (new[0] - best[0])
    error = float((new[1] - best[1]).std(ddof=1))
    return gain > max(error, STEP * float(best[1].std(ddof=1)))


def add_reference(challenge: Challenge, name: str, values: np.ndarray) -> None:
    """Put an answer on the board that takes no rank, such as that of the baseline."""
    truth = truth_of(challenge.folder)
    entry = {"person": "", "note": "", "run": "", "address": "", "digest": ""}
    with database.changing(challenge.folder) as db:
        team = teams.add_reference(db, name)
        _add(db, challenge, truth, Answer(values), team, entry, is_reference=True)


def _twins(db: sqlite3.Connection, team: str, digest: str) -> bool:
    """Whether another team has submitted the same predictions."""
    sql = "SELECT 1 FROM submissions WHERE team != ? AND digest = ? LIMIT 1"
    return db.execute(sql, (team, digest)).fetchone() is not None


def _rank(challenge: Challenge, team: str) -> int:
    from nmr_core.challenge.ranking import board

    rows = board(challenge).rows
    return next((row.rank for row in rows if row.team == team), 0)


def _sentence(
    challenge: Challenge,
    best: dict,
    shown: bool,
    rank: int,
    left: int,
    n_moved: int,
    twins: bool,
) -> str:
    """The receipt in words."""
    value = f"{rounded(best['score'], best['digits']):g} ± {rounded(best['error'], 1):g}"
    kind = "Your best" if best["digits"] > 1 else "Your first score, in one digit"
    place = f", rank {rank}" if rank else ""
    text = (
        f"{kind}: {challenge.metric.label} {value}{place}."
        if shown
        else f"Not better by more than the standard error; your best stays {value}{place}."
    )
    if n_moved:
        text += f" {n_moved:,} numbers outside of the prior were moved to its edge."
    if twins:
        text += " Another team has submitted the same predictions."
    return f"{text} {left} {'try' if left == 1 else 'tries'} left."


def _duration(seconds: float) -> str:
    """Seconds, minutes or hours in words."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
