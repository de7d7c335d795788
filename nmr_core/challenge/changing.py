"""What organisers do with a challenge: freeze, extend, hide, close, more tries, score again."""

import json
import shutil
import time
from typing import Any

from nmr_core.challenge import challenge as stored
from nmr_core.challenge import database, teams
from nmr_core.challenge.challenge import CLOSED, Challenge
from nmr_core.challenge.metrics import resampled_scores, score
from nmr_core.challenge.options import NUMBERS
from nmr_core.challenge.people import Participant
from nmr_core.challenge.scoring import details, parts, unpacked
from nmr_core.challenge.secret import truth_of
from nmr_core.challenge.submitting import FREE, is_shown
from nmr_core.errors import InputError
from nmr_core.storage import audit
from nmr_core.storage.files import failure
from nmr_core.storage.spaces.person import ADMIN, acting
from nmr_core.storage.spaces.rights import RefusedError

MOST_TRIES = 1000


def freeze(challenge: Challenge) -> Challenge:
    """Let submissions wait until :func:`unfreeze`; the end does not move."""
    return _change(challenge, "freeze", is_frozen=1)


def unfreeze(challenge: Challenge) -> Challenge:
    """Let participants submit again."""
    return _change(challenge, "unfreeze", is_frozen=0)


def extend(challenge: Challenge, ends: float) -> Challenge:
    """Move the end.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    ends : float
        New end, s since 1970; it may be earlier, but not in the past.
    """
    if not time.time() < ends < 1e11:
        raise InputError("The end must be later than now. Choose another end.")
    if stored.now(challenge).state == CLOSED:
        raise InputError("This challenge is closed. Reopen it with a new end.")
    return _change(challenge, "extend", ends=float(ends))


def reopen(challenge: Challenge, ends: float) -> Challenge:
    """Open a challenge again that was closed and whose private result was not revealed.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    ends : float
        New end, s since 1970.
    """
    if stored.now(challenge).is_revealed:
        raise InputError(
            "The private result has been revealed, so no more submissions can count. Make another "
            "challenge."
        )
    if not time.time() < ends < 1e11:
        raise InputError("The end must be later than now. Choose another end.")
    return _change(challenge, "reopen", is_closed=0, is_frozen=0, ends=float(ends))


def hide(challenge: Challenge, hidden: bool = True, *, last: float | None = None) -> Challenge:
    """Hide the board from participants, or show it.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    hidden : bool
        Whether it is hidden from now on.
    last : float, optional
        Seconds before the end in which it is hidden anyway.
    """
    if last is None:
        return _change(challenge, "hide", is_hidden=int(hidden))
    return _change(challenge, "hide", is_hidden=int(hidden), hide=NUMBERS["hide"].check(last))


def close(challenge: Challenge, reveal: bool = True) -> Challenge:
    """End a challenge.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    reveal : bool
        Whether the private result is shown from now on, once and for all.
    """
    if reveal:
        return _change(challenge, "close", is_closed=1, is_revealed=1, is_hidden=0)
    return _change(challenge, "close", is_closed=1)


def set_tries(challenge: Challenge, participant: Participant | str, n: int) -> None:
    """Set how many tries a team has altogether.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    participant : Participant or str
        One of its people, or the id of the team.
    n : int
        Tries, those that are used included.
    """
    check_organiser("tries", challenge.id)
    if not 0 <= n <= MOST_TRIES:
        raise InputError(f"tries must be from 0 to {MOST_TRIES}, got {n}. Correct it.")
    challenge = stored.now(challenge)
    with database.changing(challenge.folder) as db:
        team = participant
        if isinstance(participant, Participant):
            team = teams.team_for(db, challenge, participant).id
        extra = n - challenge.tries
        if not db.execute("UPDATE teams SET extra = ? WHERE id = ?", (extra, team)).rowcount:
            raise InputError(f"There is no team {str(team)[:40]!r}. Choose one of the board.")
    _note("tries", challenge.id, team=team, tries=n)


def move(challenge: Challenge, person: str, team: str) -> None:
    """Move a participant to another team; submissions stay with the team that has them.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    person : str
        Id of the participant.
    team : str
        Id of a team of the board.
    """
    check_organiser("move", challenge.id)
    with database.changing(challenge.folder) as db:
        sql = "SELECT 1 FROM teams WHERE id = ? AND NOT is_reference"
        if db.execute(sql, (team,)).fetchone() is None:
            raise InputError(f"There is no team {team[:40]!r}. Choose one of the board.")
        sql = "UPDATE members SET team = ? WHERE person = ?"
        if not db.execute(sql, (team, person)).rowcount:
            raise InputError(
                f"{person[:40]!r} has no team yet. Let the person join it by its code."
            )
        teams.remove_empty(db)
    _note("move", challenge.id, person=person, team=team)


def delete(challenge: Challenge) -> None:
    """Remove a challenge for good, with its truth and all submissions; the training set stays."""
    check_organiser("delete", challenge.id)
    folder = challenge.folder
    aside = folder.with_name(f".removed-{folder.name}")
    try:
        folder.rename(aside)
        shutil.rmtree(aside)
    except OSError as error:
        raise failure(error, folder) from error
    _note("delete", challenge.id)


def rescore(challenge: Challenge) -> int:
    """Score all submissions again, for example after a correction of the metric.

    Which scores were shown is decided again, in the order of the submissions.

    Returns
    -------
    int
        Number of submissions.
    """
    check_organiser("rescore", challenge.id)
    challenge = stored.now(challenge)
    truth, metric = truth_of(challenge.folder), challenge.metric
    shape = (challenge.n_test, len(challenge.columns))

    def lead(scores: tuple[float, Any]) -> float:
        return metric.sign * scores[0]

    best: dict[str, tuple[float, Any]] = {}
    teams_so_far: set[str] = set()
    leader: tuple[float, Any] | None = None
    with database.changing(challenge.folder) as db:
        rows = db.execute(
            "SELECT s.number, s.team, s.answer, t.is_reference FROM submissions s "
            "JOIN teams t ON t.id = s.team ORDER BY s.number"
        ).fetchall()
        for row in rows:
            values = unpacked(row["answer"], shape)
            own = parts(challenge, truth, values)
            drawn = resampled_scores(metric, own, truth.counts)
            value = score(metric, own)
            before = best.get(row["team"])
            other = before or leader
            is_better = other is None or is_shown(metric, (value, drawn), other)
            shown = before is None or is_better
            is_free = row["is_reference"] or len(teams_so_far) < FREE
            digits = 2 if is_better or is_free else 1
            if not row["is_reference"]:
                teams_so_far.add(row["team"])
            if shown:
                best[row["team"]] = (value, drawn)
                leader = max((value, drawn), leader or (value, drawn), key=lead)
            numbers = json.dumps(details(challenge, truth, values, digits))
            db.execute(
                "UPDATE submissions SET score = ?, error = ?, details = ?, is_shown = ?, "
                "digits = ? WHERE number = ?",
                (value, float(drawn.std(ddof=1)), numbers, int(shown), digits, row["number"]),
            )
    _note("rescore", challenge.id)
    return len(rows)


def check_organiser(what: str, id: str) -> None:
    """Refuse and record whoever does not organise challenges.

    Parameters
    ----------
    what, id : str
        What is done, and the id of the challenge.

    Raises
    ------
    RefusedError
        Who acts is no administrator.
    """
    person = acting()
    if person is None or (person.role == ADMIN and not person.disabled):
        return
    problem = "Only an administrator may do this. Ask one."
    _note(what, id, ok=False, reason=problem)
    raise RefusedError(problem)


def _change(challenge: Challenge, what: str, **values: Any) -> Challenge:
    check_organiser(what, challenge.id)
    database.change(challenge.folder, **values)
    _note(what, challenge.id, **values)
    return stored.now(challenge)


def _note(what: str, id: str, ok: bool = True, reason: str = "", **details: Any) -> None:
    audit.note("challenge", kind="challenge", id=id, ok=ok, reason=reason, what=what, **details)
