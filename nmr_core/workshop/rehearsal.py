"""A rehearsal: fake people who join a room and do, in real jobs, what thirty will do.

Each makes a data set, trains a model and submits it to the challenge of the rehearsal, all at the
same time. Room, challenge and people are removed at the end.
"""

import math
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from nmr_core import challenge as challenges
from nmr_core.challenge.challenge import Challenge
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.compare import load_run
from nmr_core.jobs import api, capacity
from nmr_core.people import Person
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import ADMIN, Member, acting_as
from nmr_core.storage.workspace import in_workspace, new_id
from nmr_core.workshop import presence
from nmr_core.workshop.room import DELETE, Room
from nmr_core.workshop.rooms import Rooms

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo", "Iris", "Jon")
STEPS = ("joined", "data set", "model", "submitted")
LONGEST = 900.0
"""Seconds of a rehearsal, at most."""
_ORGANISER = Member("rehearsal", "Rehearsal", ADMIN)


@dataclass
class Visit:
    """What one of the fake people has done.

    Parameters
    ----------
    name : str
        Of the person.
    seconds : dict
        Step, one of :data:`STEPS` -> seconds from the begin of the rehearsal to its end.
    score : str
        Of the submission, with the rank at the end, as the board shows them.
    problem : str
        Why it went no further, one sentence; "" if nothing did.
    """

    name: str
    seconds: dict[str, float] = field(default_factory=dict)
    score: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal has shown.

    Parameters
    ----------
    room : Room
        The room; removed unless it was to stay.
    visits : tuple of Visit
        One per fake person.
    table : tuple of nmr_core.workshop.presence.Presence
        Where the organiser saw everyone at the end.
    seconds : float
        From joining to the last submission.
    workers : int
        Jobs that run at the same time on this computer.
    """

    room: Room
    visits: tuple[Visit, ...]
    table: tuple[presence.Presence, ...]
    seconds: float
    workers: int = 1

    @property
    def problems(self) -> list[str]:
        """What went wrong, a sentence each."""
        return [f"{visit.name}: {visit.problem}" for visit in self.visits if visit.problem]

    def minutes_for(self, n_people: int) -> float:
        """Minutes that as many people need for the same, a job per worker at a time."""
        rounds, own = (math.ceil(n / self.workers) for n in (n_people, len(self.visits)))
        return self.seconds / 60 * rounds / max(1, own)


def rehearse(
    server: Path,
    *,
    n_people: int = 5,
    n_curves: int = 500,
    template: str = "2020",
    recipe: str = "quick",
    keep: bool = False,
    progress: Progress = silent,
) -> Rehearsal:
    """Rehearse a workshop on a server's data folder.

    Parameters
    ----------
    server : Path
        The server's data folder.
    n_people : int
        Fake people, 1 to 10.
    n_curves : int
        Curves of each one's data set.
    template : str
        Template of the challenge.
    recipe : str
        Recipe of the models.
    keep : bool
        Whether room, challenge and people stay, to look at them in the app.
    progress : callable
        Called as progress(done, total, text).

    Raises
    ------
    InputError
        There is no such template or recipe, or no worker may run.
    """
    if not 1 <= n_people <= len(NAMES):
        raise InputError(f"A rehearsal has 1 to {len(NAMES)} people, got {n_people}.")
    if capacity.slots() == 0:
        raise InputError("A rehearsal needs workers, and NMR_WORKERS is 0. Unset it.")
    rooms = Rooms(server)
    with _stage(rooms, template, keep, part_of(progress, 0, 20)) as (room, challenge):
        begin = time.monotonic()
        play = _Play(rooms, room, challenge, n_curves, recipe, begin)
        visits = [Visit(name) for name in NAMES[:n_people]]
        with ThreadPoolExecutor(n_people) as pool:
            waiting = [pool.submit(play.run, visit) for visit in visits]
            n_done = -1
            try:
                while not all(future.done() for future in waiting):
                    n_done = _tell(visits, n_done, part_of(progress, 20, 100))
                    time.sleep(0.5)
            finally:
                play.over.set()  # also after an interruption
            for future in waiting:
                future.result()
        seconds = time.monotonic() - begin
        with in_workspace(server):
            _read_board(challenge, visits)
            table = presence.table(rooms.people(room), server)
        return Rehearsal(rooms.get(room.id), tuple(visits), tuple(table), seconds, capacity.slots())


@contextmanager
def _stage(
    rooms: Rooms, template: str, keep: bool, progress: Progress
) -> Iterator[tuple[Room, Challenge]]:
    """A room with a challenge; both are removed after the play."""
    server, ends = rooms.folder, time.time() + 86400
    with ExitStack() as after:  # the removal of one does not depend on that of another
        with in_workspace(server):
            space = registry.create_team("Rehearsal", _ORGANISER)
        after.callback(_remove_space, server, space.id)
        room = rooms.create("Rehearsal", ends=ends, at_end=DELETE)
        after.callback(rooms.close, room.id)
        with in_workspace(space.folder(server)):
            challenge = challenges.create(
                template,
                title="Rehearsal",
                n_train=100,
                n_public=100,
                n_private=200,
                references=False,
                ends=ends,
                room=room.id,
                progress=progress,
            )
            folder = challenge.folder
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        rooms.add(room.id, challenge=challenge.id)
        if keep:
            after.pop_all()
        yield rooms.get(room.id), challenge


def _remove_space(server: Path, id: str) -> None:
    with in_workspace(server):
        registry.remove(id)


def _read_board(challenge: Challenge, visits: list[Visit]) -> None:
    """Scores and ranks as they stand at the end."""
    rows = {row.name: row for row in challenges.board(challenge).rows if not row.is_reference}
    for visit in visits:
        if visit.name in rows:
            row = rows[visit.name]
            visit.score = f"{row.score:.2g}, rank {row.rank}"


@dataclass(frozen=True)
class _Play:
    """What each of the fake people does.

    Parameters
    ----------
    rooms, room, challenge
        Where.
    n_curves, recipe
        What.
    begin : float
        Monotonic time of the begin, s.
    over : Event
        Set when no one is to go on.
    """

    rooms: Rooms
    room: Room
    challenge: Challenge
    n_curves: int
    recipe: str
    begin: float
    over: Event = field(default_factory=Event)

    def run(self, visit: Visit) -> None:
        """All steps of one person; a problem ends them."""
        try:
            person, _ = self.rooms.join(self.room.code, visit.name)
            home = next(folder for one, folder in self.rooms.people(self.room) if one == person)
            self._done(visit, "joined")
            with in_workspace(home), acting_as(person):
                self._work(visit, person, home)
        except (InputError, FailedError) as error:
            visit.problem = str(error)

    def _work(self, visit: Visit, person: Person, home: Path) -> None:
        server = self.rooms.folder
        dataset, run = new_id("ds"), new_id("run")
        presence.note(person.id, "Data sets", folder=server)
        params: dict = {
            "dataset": dataset,
            "preset": self.challenge.presets[0],
            "n_samples": self.n_curves,
            "seed": NAMES.index(visit.name),
            "title": f"Echoes of {visit.name}",
            "owner": person.id,
        }
        self._finished("generate", params, home)
        self._done(visit, "data set")
        presence.note(person.id, "Train", folder=server)
        params = {"dataset": dataset, "run": run, "recipe": self.recipe}
        self._finished("train", params | {"title": f"Model of {visit.name}"}, home)
        self._done(visit, "model")
        presence.note(person.id, "Challenge", folder=server)
        answer = challenges.predict_for(self.challenge, load_run(run))
        by = challenges.Participant(person.id, person.name)
        receipt = challenges.submit(self.challenge, answer, by, run=run)
        visit.score = receipt.sentence
        presence.progressed(person.id, "submitted", server)
        self._done(visit, "submitted")

    def _done(self, visit: Visit, step: str) -> None:
        visit.seconds[step] = time.monotonic() - self.begin

    def _finished(self, kind: str, params: dict, home: Path) -> None:
        """Run a job to its end; :class:`FailedError` if it does not get there."""
        job, until = api.submit(kind, params, params["title"], folder=home), self.begin + LONGEST
        while job.live and time.monotonic() < until and not self.over.is_set():
            job = api.wait(job.id, 1.0, folder=home)
        if job.status != "done":
            raise FailedError(f'The job "{job.title}" is {job.status}. {job.error or ""}'.strip())


def _tell(visits: list[Visit], before: int, progress: Progress) -> int:
    """Report how many have done each step, if more are done than before; returns the number."""
    n_done = sum(len(visit.seconds) for visit in visits)
    if n_done == before:
        return n_done
    counts = [sum(step in visit.seconds for visit in visits) for step in STEPS]
    words = ("in the room", "with data", "with a model", "have submitted")
    text = ", ".join(f"{n} {word}" for n, word in zip(counts, words, strict=True))
    progress(n_done, len(visits) * len(STEPS), text)
    return n_done
