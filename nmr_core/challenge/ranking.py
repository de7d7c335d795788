"""The board: ranks by the public score, and after the end by the private one."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from nmr_core.challenge import challenge as stored
from nmr_core.challenge import database
from nmr_core.challenge.challenge import Challenge
from nmr_core.challenge.metrics import Metric, resampled_scores, rounded, score
from nmr_core.challenge.scoring import parts, unpacked
from nmr_core.challenge.secret import truth_of
from nmr_core.challenge.teams import LINEAR

_BEST = """
SELECT t.id, t.name, t.is_reference, s.number, s.time, s.score, s.error, s.details, s.answer,
       s.digest, s.digits,
       (SELECT count(*) FROM submissions WHERE team = t.id) AS n_tries
FROM teams t JOIN submissions s ON s.number =
    (SELECT max(number) FROM submissions WHERE team = t.id AND is_shown AND number <= ?)
"""
_FINAL = """
SELECT t.id, s.answer FROM teams t JOIN submissions s ON s.number = t.final
"""


@dataclass(frozen=True)
class Row:
    """A row of the board.

    Parameters
    ----------
    team, name : str
        Id and name of the team, or name of a reference model.
    is_reference : bool
        Whether it is a reference model, which takes no rank.
    rank : int
        From 1; teams within one standard error of the difference share it. 0 of a reference.
    score, error : float
        Public score, and its standard error.
    moved : int
        Ranks won (positive) by the newest score on the board.
    beats_next : float
        Share of bootstrap samples in which it is better than the next row; NaN of the last, and
        where one of the two scores has one digit.
    n_tries : int
        Submissions.
    time : float
        When the score was reached, s since 1970.
    details : dict
        Further numbers, see :func:`nmr_core.challenge.scoring.details`.
    private_rank : int
        Rank by the private score; 0 before it is revealed.
    private_score, private_error : float
        NaN before they are revealed.
    is_twin : bool
        Whether another team has submitted the same predictions.
    digits : int
        Of the public score: 1 of a late first score that did not lead.
    """

    team: str
    name: str
    is_reference: bool
    rank: int
    score: float
    error: float
    moved: int = 0
    beats_next: float = float("nan")
    n_tries: int = 0
    time: float = 0.0
    details: dict[str, float] = field(default_factory=dict)
    private_rank: int = 0
    private_score: float = float("nan")
    private_error: float = float("nan")
    is_twin: bool = False
    digits: int = 2


@dataclass(frozen=True)
class Board:
    """The board of a challenge.

    Parameters
    ----------
    rows : tuple of Row
        The best first; reference models among them.
    state : str
        One of "before", "open", "frozen", "ended" and "closed".
    seconds_left : float
        Until the end, or before the start until it.
    version : int
        Larger after every change: a page with the same one need not be drawn again.
    is_hidden : bool
        Whether participants do not see the rows.
    n_teams, n_submissions : int
        Teams that have submitted, and their submissions.
    """

    rows: tuple[Row, ...]
    state: str
    seconds_left: float
    version: int
    is_hidden: bool
    n_teams: int
    n_submissions: int


def board(challenge: Challenge, *, organiser: bool = False) -> Board:
    """The board as it is now.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    organiser : bool
        Whether rows are returned although the board is hidden.
    """
    challenge = stored.now(challenge)
    cache = stored.remembered(challenge.folder)
    rows, version = cache.get("board")
    if rows is None:
        challenge = stored.now(challenge)  # not older than what the rows are remembered for
        rows = _rows(challenge)
        cache.put("board", rows, version)
    teams = [row for row in rows if not row.is_reference]
    is_hidden = challenge.is_board_hidden
    return Board(
        rows=() if is_hidden and not organiser else rows,
        state=challenge.state,
        seconds_left=challenge.seconds_left,
        version=challenge.version,
        is_hidden=is_hidden,
        n_teams=len(teams),
        n_submissions=sum(row.n_tries for row in teams),
    )


@dataclass(frozen=True, eq=False)
class _Entry:
    """A row with its scores over bootstrap samples, (n_resamples,)."""

    row: sqlite3.Row
    score: float
    drawn: np.ndarray

    @property
    def is_reference(self) -> bool:
        return bool(self.row["is_reference"])


def _rows(challenge: Challenge) -> tuple[Row, ...]:
    with database.reading(challenge.folder) as db:
        newest = db.execute("SELECT max(number) FROM submissions WHERE is_shown").fetchone()[0] or 0
        entries = _entries(db, challenge, newest)
        before = _entries(db, challenge, newest - 1)
        twins = _twins(db)
    metric = challenge.metric
    earlier = _ranks(before, metric)
    ranks = _ranks(entries, metric)
    rows = [_row(entry, ranks, earlier, twins) for entry in _sorted(entries, metric)]
    ordered = _in_order(rows, ranks, _scores(entries), metric)
    rows = _with_chances(ordered, {entry.row["id"]: entry for entry in entries}, metric)
    if challenge.is_revealed:
        rows, entries = _with_private(challenge, rows, entries)
    return _with_linear(challenge, rows, _scores(entries))


def _entries(db: sqlite3.Connection, challenge: Challenge, newest: int) -> list[_Entry]:
    """The best submission of each team, up to a number."""
    rows = db.execute(_BEST, (newest,)).fetchall()
    return [_Entry(row, row["score"], _drawn(challenge.folder, row["answer"])) for row in rows]


@lru_cache(maxsize=2000)
def _drawn(folder: Path, answer: bytes) -> np.ndarray:
    """Public scores of an answer over bootstrap samples, (n_resamples,)."""
    challenge, truth = stored.load(folder.name), truth_of(folder)
    values = unpacked(answer, (challenge.n_test, len(challenge.columns)))
    return resampled_scores(challenge.metric, parts(challenge, truth, values), truth.counts)


def _sorted(entries: list[_Entry], metric: Metric) -> list[_Entry]:
    return sorted(entries, key=lambda entry: (-metric.sign * entry.score, entry.row["time"]))


def _ranks(entries: list[_Entry], metric: Metric) -> dict[str, int]:
    """Team -> rank; who is within one standard error of the first of a group shares its rank."""
    ranks: dict[str, int] = {}
    teams = [entry for entry in _sorted(entries, metric) if not entry.is_reference]
    first = None
    for position, entry in enumerate(teams, 1):
        if first is None or _is_worse(entry, first, metric):
            first, rank = entry, position
        ranks[entry.row["id"]] = rank
    return ranks


def _is_worse(entry: _Entry, first: _Entry, metric: Metric) -> bool:
    """Whether a score is worse by more than one standard error of the difference."""
    difference = metric.sign * (first.score - entry.score)
    error = float((first.drawn - entry.drawn).std(ddof=1))
    return difference > error


def _row(entry: _Entry, ranks: dict[str, int], earlier: dict[str, int], twins: set[str]) -> Row:
    stored_row = entry.row
    team = stored_row["id"]
    rank = ranks.get(team, 0)
    return Row(
        team=team,
        name=stored_row["name"],
        is_reference=entry.is_reference,
        rank=rank,
        score=rounded(entry.score, stored_row["digits"]),
        error=rounded(stored_row["error"], 1),
        moved=earlier[team] - rank if team in earlier else 0,
        n_tries=stored_row["n_tries"],
        time=stored_row["time"],
        details=json.loads(stored_row["details"]),
        is_twin=stored_row["digest"] in twins,
        digits=stored_row["digits"],
    )


def _in_order(
    rows: Sequence[Row], ranks: Mapping[str, int], scores: Mapping[str, float], metric: Metric
) -> list[Row]:
    """Rows by rank, the earlier first where a rank is shared; references by their score."""
    teams = [row for row in rows if not row.is_reference]
    ordered = sorted(teams, key=lambda row: (ranks[row.team], row.time))
    for reference in (row for row in rows if row.is_reference):
        least = metric.sign * scores[reference.team]
        better = [k for k, row in enumerate(ordered) if metric.sign * scores[row.team] >= least]
        ordered.insert(max(better, default=-1) + 1, reference)
    return ordered


def _with_chances(rows: list[Row], entries: dict[str, _Entry], metric: Metric) -> list[Row]:
    """Rows with the share of bootstrap samples in which they are better than the next one."""
    better = []
    for row, following in pairwise(rows):
        gain = metric.sign * (entries[row.team].drawn - entries[following.team].drawn)
        share = round(float((gain > 0).mean()), 2)
        is_exact = row.digits > 1 and following.digits > 1
        better.append(replace(row, beats_next=share if is_exact else float("nan")))
    return better + rows[-1:]


def _twins(db: sqlite3.Connection) -> set[str]:
    """Digests of predictions that several teams have submitted."""
    rows = db.execute(
        "SELECT digest FROM submissions WHERE digest != '' GROUP BY digest "
        "HAVING count(DISTINCT team) > 1"
    )
    return {row[0] for row in rows}


def _with_private(
    challenge: Challenge, rows: list[Row], entries: list[_Entry]
) -> tuple[list[Row], list[_Entry]]:
    """Rows in the order of the private result, and their private scores."""
    truth = truth_of(challenge.folder)
    metric = challenge.metric
    shape = (challenge.n_test, len(challenge.columns))
    with database.reading(challenge.folder) as db:
        chosen = {row["id"]: row["answer"] for row in db.execute(_FINAL)}
    private = []
    for entry in entries:
        answer = unpacked(chosen.get(entry.row["id"], entry.row["answer"]), shape)
        own = parts(challenge, truth, answer, private=True)
        drawn = resampled_scores(metric, own, truth.private_counts)
        private.append(_Entry(entry.row, score(metric, own), drawn))
    ranks = _ranks(private, metric)
    scores = {entry.row["id"]: entry for entry in private}
    revealed = [
        replace(
            row,
            moved=row.rank - ranks.get(row.team, 0),
            private_rank=ranks.get(row.team, 0),
            private_score=rounded(scores[row.team].score),
            private_error=rounded(float(scores[row.team].drawn.std(ddof=1)), 1),
        )
        for row in rows
    ]
    return _in_order(revealed, ranks, _scores(private), metric), private


def _with_linear(
    challenge: Challenge, rows: list[Row], scores: Mapping[str, float]
) -> tuple[Row, ...]:
    """Rows with the linear estimate among them."""
    value, error = challenge.linear
    if not value:
        return tuple(rows)
    sign = challenge.metric.sign
    better = [k for k, row in enumerate(rows) if sign * scores[row.team] >= sign * value]
    line = Row(LINEAR, LINEAR, True, 0, rounded(value), rounded(error, 1))
    place = max(better, default=-1) + 1
    return (*rows[:place], line, *rows[place:])


def _scores(entries: Sequence[_Entry]) -> dict[str, float]:
    return {entry.row["id"]: entry.score for entry in entries}
