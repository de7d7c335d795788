"""A workshop under load: 30 people join a room by its code, each makes a data set, trains a model,
submits it to the challenge and moves the controls of labs; the server is restarted in the middle.

    python benchmarks/workshop.py [--people 30] [--no-restart]

Serves a workshop as the command line does, makes a room and a challenge, and lets each person work
over a websocket, as a browser does: join, a data set of 500 curves, ridge regression on it, a
submission by one click, and between them a move of a lab per second. Everything that was confirmed
must be there at the end. Prints, and adds to results/workshop.md.

Needs websockets (requirements-dev.txt).
"""

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import websockets
from app_server import ROOT, free_port
from load_server import wait_until_ready
from workshop_person import Participant, join

from nmr_core import challenge as challenges
from nmr_core.benchmark import machine
from nmr_core.challenge import TEMPLATES
from nmr_core.jobs import Job, api
from nmr_core.jobs.job import LIVE
from nmr_core.people import ADMIN, Register, people_file
from nmr_core.presets import PRESETS
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop import Room, Rooms

N_CURVES = 500
JOIN_WITHIN = 60.0
"""Seconds within which everyone joins."""
PATIENCE = 900.0
PLACES = {"generate": "datasets/{dataset}", "train": "runs/{run}"}
"""Kind of job -> folder of what it makes."""
RESULTS = ROOT / "benchmarks" / "results" / "workshop.md"
SUBMIT = "challenge-submit-run"
LABS = ("overfit", "stopping", "size", "optimisers")


@dataclass
class Times:
    """Seconds of answers by what was done, errors, and when each person had submitted."""

    answers: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter = field(default_factory=Counter)
    submitted: list[float] = field(default_factory=list)
    reconnections: int = 0

    def add(self, what: str, seconds: float) -> None:
        """Note an answer."""
        self.answers.setdefault(what, []).append(seconds)


@dataclass
class Workshop:
    """A server with a room and a challenge.

    Attributes
    ----------
    url : str
        Address of the server.
    folder : Path
        Its data folder.
    code : str
        Of the room.
    challenge : str
        Id of the challenge.
    """

    url: str
    folder: Path
    code: str = ""
    challenge: str = ""

    def room(self) -> Room:
        """The room."""
        return Rooms(self.folder).find(self.code)


def prepare(shop: Workshop, seats: int) -> None:
    """Make the organiser, the challenge and the room, as the command line does."""
    os.environ["NMR_DATA"] = str(shop.folder)
    shop.folder.mkdir(parents=True)
    organiser = Register(people_file(shop.folder)).add_local("Organiser", "o@lab", "", ADMIN)
    with acting_as(organiser), in_workspace(registry.home_of(organiser).folder(shop.folder)):
        challenge = challenges.create(
            "2020", title="Workshop", n_train=500, n_public=150, n_private=350, tries=20, pause=0.0
        )
    shop.challenge = challenge.id
    rooms = Rooms(shop.folder)
    room = rooms.create("Workshop", ends=time.time() + 86400, seats=seats, challenge=challenge.id)
    shop.code = room.code


class Server:
    """The server of a workshop, as the command line starts it.

    Parameters
    ----------
    shop : Workshop
        What it serves.
    place : Path
        Folder of its configuration and log.
    """

    def __init__(self, shop: Workshop, place: Path) -> None:
        self.shop, self.config, self.log = shop, place / "server.toml", place / "server.log"
        port = shop.url.rpartition(":")[2]
        lines = (f'url = "{shop.url}"', f"port = {port}", f'data = "{shop.folder}"', "")
        self.config.write_text("\n".join(lines))
        self.start()

    def start(self) -> None:
        """Serve; returns when the server answers."""
        command = [sys.executable, "-m", "nmr_core", "serve", "--profile", "workshop"]
        self.process = subprocess.Popen(
            [*command, "--config", str(self.config)],
            cwd=ROOT,
            stdout=self.log.open("a"),
            stderr=subprocess.STDOUT,
        )
        wait_until_ready(f"{self.shop.url}/healthz")

    def stop(self) -> None:
        """End the server as an operator does."""
        self.process.terminate()
        self.process.wait(60)


class Person:
    """One participant from the link to the submission.

    Parameters
    ----------
    number : int
        Makes the name.
    shop : Workshop
        Where the person works.
    times : Times
        Where answers are noted.
    """

    def __init__(self, number: int, shop: Workshop, times: Times) -> None:
        self.name, self.shop, self.times = f"Person {number}", shop, times
        self.tab: Participant | None = None

    async def work(self, start: float) -> None:
        """Join, generate, train, submit; then go on with labs until all have submitted."""
        await asyncio.sleep(random.uniform(0.0, JOIN_WITHIN / 2))
        begin = time.perf_counter()
        cookie = await asyncio.to_thread(join, self.shop.url, self.shop.code, self.name)
        self.tab = Participant(self.shop.url, cookie, page="start")
        await self.tab.open()
        self.times.add("join", time.perf_counter() - begin)
        dataset = await self._generate()
        run = await self._train(dataset)
        await self._submit(run)
        self.times.submitted.append(time.perf_counter() - start)

    async def close(self) -> None:
        """Close the tab, and note what it showed."""
        if self.tab is not None:
            self.times.errors.update(self.tab.errors)
            with suppress(Exception):
                await self.tab.close()

    async def _page(self, page: str, query: str = "") -> None:
        await self._act("page", lambda: self.tab.goto(page, query))

    async def _act(self, what: str, act: object) -> None:
        """An action; after a lost connection the page is opened again and the action repeated."""
        while True:
            lost = len(self.tab.errors)
            try:
                seconds = await act()
            except (websockets.WebSocketException, OSError):
                seconds = None
            if seconds is not None and not any(
                "connection lost" in error for error in self.tab.errors[lost:]
            ):
                self.times.add(what, seconds)
                return
            self.times.reconnections += 1
            await self.tab.reconnect()

    async def _jobs_end(self, id: str) -> None:
        """Move a lab once per second until a job has ended."""
        lab = random.choice(LABS)
        await self._page("labs", f"lab={lab}")
        while (status := api.get(id, self.shop.folder).status) in LIVE:
            await self._move(lab)
            await asyncio.sleep(random.uniform(0.5, 1.5))
        if status != "done":
            self.times.errors[f"a job ended as {status}"] += 1

    async def _move(self, lab: str) -> None:
        moves = [
            (key, option)
            for key, (kind, element, _) in self.tab.widgets.items()
            if key.startswith(f"lab-{lab}-") and kind in ("slider", "selectbox")
            for option in element.options
        ]
        if moves:
            key, option = random.choice(moves)
            await self._act("lab move", lambda: self.tab.set(key, option))

    async def _generate(self) -> str:
        await self._page("data_sets")
        await self._act("page", lambda: self.tab.set("new-n", N_CURVES))
        await self._act("page", lambda: self.tab.set("new-seed", random.randint(0, 10**6)))
        preset = PRESETS[TEMPLATES["2020"].presets[0]].label
        await self._act("page", lambda: self.tab.set("new-preset", preset))
        job = await self._submitted("generate", "generate")
        await self._jobs_end(job.id)
        return job.params["dataset"]

    async def _train(self, dataset: str) -> str:
        await self._page("train", f"dataset={dataset}&effort=quick")
        job = await self._submitted("train", "train")
        await self._jobs_end(job.id)
        return job.params["run"]

    async def _submitted(self, kind: str, button: str) -> Job:
        """Press a button until this person has a job of a kind, which a restart may prevent."""
        while True:
            if button in self.tab.widgets:
                await self._act("page", lambda: self.tab.set(button, True))
            else:
                self.times.errors[f"no button {button}: {self.tab.alerts}"] += 1
            for job in _jobs(self.shop, self.name):
                if job.kind == kind:
                    return job
            await asyncio.sleep(1.0)
            await self._page(self.tab.page, self.tab.query)

    async def _submit(self, run: str) -> None:
        query = f"challenge={self.shop.challenge}&run={run}"
        while not _has_submitted(self.shop, self.name):
            await self._page("challenge", query)
            if SUBMIT in self.tab.widgets:
                await self._act("submit", lambda: self.tab.set(SUBMIT, True))
            else:
                self.times.errors[f"no button {SUBMIT}: {self.tab.alerts}"] += 1
                await asyncio.sleep(1.0)


def _jobs(shop: Workshop, name: str) -> list[Job]:
    """Jobs of a person of the room."""
    rooms = Rooms(shop.folder)
    people = {person.name: (person, folder) for person, folder in rooms.people(shop.room())}
    if name not in people:
        return []
    person, folder = people[name]
    return [job for job in api.list_jobs(folder=folder) if job.owner == person.id]


def _has_submitted(shop: Workshop, name: str) -> bool:
    with in_workspace(shop.folder):
        board = challenges.board(challenges.load(shop.challenge))
    return name in {row.name for row in board.rows}


async def everyone(args: argparse.Namespace, shop: Workshop, server: Server) -> tuple[Times, float]:
    """Let all people work, with a restart of the server in the middle."""
    times, begin = Times(), time.perf_counter()
    people = [Person(k, shop, times) for k in range(1, args.people + 1)]
    works = [asyncio.create_task(person.work(begin)) for person in people]
    if not args.no_restart:
        while len(times.submitted) < args.people // 3:
            await asyncio.sleep(1.0)
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
    ends = await asyncio.wait_for(asyncio.gather(*works, return_exceptions=True), PATIENCE)
    times.errors.update(f"{type(end).__name__}: {end}"[:200] for end in ends if end is not None)
    took = time.perf_counter() - begin
    for person in people:
        await person.close()
    return times, took


def lost(shop: Workshop, times: Times) -> list[str]:
    """What was confirmed and is not there."""
    missing = []
    with in_workspace(shop.folder):
        board = challenges.board(challenges.load(shop.challenge))
        names = {row.name for row in board.rows}
    for person, folder in Rooms(shop.folder).people(shop.room()):
        if person.name not in names:
            missing.append(f"{person.name}: submission")
        for job in _jobs(shop, person.name):
            place = folder / PLACES[job.kind].format(**job.params) / "manifest.json"
            if job.status not in LIVE and not (job.status == "done" and place.exists()):
                missing.append(f"{person.name}: {job.kind} ended as {job.status}")
    return missing


HEADER = "| what | n | 50 %, ms | 95 %, ms | longest, ms |\n|---|---|---|---|---|"


def report(args: argparse.Namespace, times: Times, took: float, missing: list[str]) -> str:
    """The section of results/workshop.md."""
    rows = []
    for what, seconds in sorted(times.answers.items()):
        ordered = sorted(seconds)
        cells = (statistics.median(ordered), ordered[int(0.95 * len(ordered))], ordered[-1])
        rows.append(f"| {what} | {len(ordered)} | {' | '.join(f'{1e3 * s:.0f}' for s in cells)} |")
    submitted = sorted(times.submitted)
    ends = " and ".join(f"{seconds:.0f}" for seconds in (*submitted[:1], *submitted[-1:]))
    return "\n".join(
        [
            f"\n## {datetime.now():%Y-%m-%d %H:%M}",
            "",
            f"`python benchmarks/workshop.py {' '.join(sys.argv[1:])}`",
            f"{machine()}; load average {os.getloadavg()[0]:.1f}",
            "",
            HEADER,
            *rows,
            "",
            f"{len(submitted)} of {args.people} have submitted "
            f"(first and last after {ends} s, all in {took:.0f} s). "
            f"Connections made again: {times.reconnections}. Lost: {missing or 'nothing'}. "
            f"Errors: {dict(times.errors) or 'none'}.",
            "",
        ]
    )


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--no-restart", action="store_true", help="of the server in the middle")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        place = Path(name)
        shop = Workshop(f"http://localhost:{free_port()}", place / "data")
        prepare(shop, args.people)
        server = Server(shop, place)
        try:
            times, took = asyncio.run(everyone(args, shop, server))
            section = report(args, times, took, lost(shop, times))
        finally:
            server.stop()
        print(section)
        print(server.log.read_text()[-2000:], file=sys.stderr)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(section)


if __name__ == "__main__":
    main()
