"""kill -9 of the web process, supervisor, workers and people's hands while 10 people work.

    python benchmarks/kills.py [--rounds 50] [--seed 0]

Serves a team as the command line does, with ten people whose pages run over websockets, and who
generate, train, upload, rename, delete and write notes (kills_hands.py, a process that is killed
too). In each round one process is killed at a random moment; the web process and the hands are
started again, as an operator's systemd does, and nothing else. Then each person's cookie must still
open the app. At the end jobs that were lost are run again, and everything that was confirmed is
compared with what is there: ids, digests, titles, notes. Prints, and writes results/kills.md.

Needs websockets (requirements-dev.txt).
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from app_server import ROOT, free_port
from kills_hands import small
from load_person import Tab
from load_server import Team, fill

import nmr_core as nmr
from nmr_core.benchmark import machine
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.marks import marks_of
from nmr_core.jobs import Job, api, presence
from nmr_core.storage.files import sweep_unfinished
from nmr_core.storage.spaces import registry
from nmr_core.storage.workspace import in_workspace

N_PEOPLE = 10
VICTIMS = ("web", "supervisor", "worker", "hands")
PAGES = ("simulate", "data_sets", "compare", "train", "predict")
PATIENCE = 120.0
"""Longest time for a restart, s; for the last jobs, three times as long."""
DELETED = "There is no data set"
"""Begin of the sentence of a training whose data set its owner has deleted meanwhile."""
RESTART = 0.5
"""Pause before a process is started again, s (RestartSec of systemd)."""


@dataclass
class Confirmed:
    """What must be true: (what, id) -> the values that are possible; jobs that were queued."""

    values: dict[tuple[str, str], set] = field(default_factory=lambda: defaultdict(set))
    jobs: dict[str, dict] = field(default_factory=dict)
    n: int = 0

    def read(self, line: str) -> None:
        """Take over a line of the hands; a line that the kill cut off is no confirmation."""
        try:
            entry = json.loads(line)
        except ValueError:
            return
        content = entry.get("done") or entry["begin"]
        key, value = (content["what"], content["id"]), content["value"]
        if "begin" in entry:
            known = self.values.get(key)
            self.values[key] = (known or {None}) | {value}
            return
        self.n += 1
        self.values[key] = {value}
        if content["what"] == "job":
            self.jobs[content["id"]] = content


class Hands:
    """The process in which people act, and its confirmations."""

    def __init__(self, team: Team, confirmed: Confirmed) -> None:
        self.team, self.confirmed = team, confirmed
        self.starts = 0
        self.start()

    def start(self) -> None:
        """Start it (again)."""
        script = ROOT / "benchmarks" / "kills_hands.py"
        command = [sys.executable, str(script), str(self.team.folder), self.team.spaces[0]]
        self.starts += 1
        self.process = subprocess.Popen(
            [*command, str(self.starts)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.reader = threading.Thread(target=self._read, args=(self.process,))
        self.reader.start()

    def _read(self, process: subprocess.Popen) -> None:
        assert process.stdout
        for line in process.stdout:
            self.confirmed.read(line)

    def kill(self) -> None:
        """kill -9, after which all that was confirmed has been read."""
        self.process.kill()
        self.process.wait()
        self.reader.join()


class Web:
    """The server, as the command line starts it."""

    def __init__(self, team: Team, config: Path, log: Path) -> None:
        self.team, self.config, self.log = team, config, log
        self.start()

    def start(self) -> None:
        """Start it (again); it does not answer yet."""
        command = [sys.executable, "-m", "nmr_core", "serve", "--profile", "team"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--config", str(self.config)], cwd=ROOT, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """kill -9 of all its processes, as systemd does when the main process ends."""
        family = [*psutil.Process(self.process.pid).children(recursive=True)]
        self.process.kill()
        self.process.wait()
        for process in family:
            with suppress(psutil.Error):
                if not _is_of_jobs(process):
                    process.kill()

    def wait(self) -> float:
        """Seconds until it answers."""
        start = time.monotonic()
        while time.monotonic() - start < PATIENCE:
            with suppress(OSError):
                urllib.request.urlopen(f"{self.team.url}/healthz", timeout=5).close()
                return time.monotonic() - start
            time.sleep(0.05)
        raise SystemExit(f"The server does not answer; see {self.log}")

    def stop(self) -> None:
        """End it as an operator does."""
        self.process.terminate()
        self.process.wait(60)


class Pages(threading.Thread):
    """Ten people's tabs: each runs a page every three seconds, and comes back when cut off."""

    def __init__(self, team: Team) -> None:
        super().__init__(daemon=True)
        self.team, self.n_runs, self.errors = team, 0, Counter[str]()
        self.is_over = False
        self.start()

    def run(self) -> None:
        """Let all tabs work."""
        asyncio.run(self._all())

    async def _all(self) -> None:
        await asyncio.gather(*(self._one(cookie) for cookie in self.team.cookies))

    async def _one(self, cookie: str) -> None:
        query = f"workspace={self.team.spaces[0]}"
        while not self.is_over:
            tab = Tab(self.team.url, cookie, query, random.choice(PAGES))
            with suppress(Exception):
                await tab.open()
                while not self.is_over and not tab.errors:
                    await asyncio.sleep(random.uniform(2, 4))
                    await tab.goto(random.choice(PAGES))
                    self.n_runs += 1
            self.errors.update(one for one in tab.errors if not one.startswith("connection lost"))
            with suppress(Exception):
                await tab.close()
            await asyncio.sleep(1)


@dataclass
class Round:
    """What happened in a round."""

    victim: str
    delay: float
    down: float = 0.0
    refused: int = 0
    """Cookies that were not let in."""


def play(victim: str, delay: float, web: Web, hands: Hands) -> Round:
    """Kill a process after ``delay`` seconds, start again what an operator would, and look."""
    team, result = web.team, Round(victim, delay)
    time.sleep(delay)
    if victim == "web":
        web.kill()
        time.sleep(RESTART)
        web.start()
        result.down = web.wait() + RESTART
    elif victim == "hands":
        hands.kill()
        hands.start()
    elif not _kill(_pid(victim, team.folder)):
        result.victim = f"{victim} (none)"
    result.refused = sum(not is_in(team.url, cookie) for cookie in team.cookies)
    return result


def _pid(victim: str, folder: Path) -> int | None:
    """Process of the supervisor, or of one of the running jobs."""
    if victim == "supervisor":
        return (presence.read(folder) or {}).get("pid")
    end = time.monotonic() + 5
    while time.monotonic() < end:
        pids = [job.pid for job in api.list_jobs(folder=folder) if job.status == "running"]
        if any(pids):
            return random.choice([pid for pid in pids if pid])
        time.sleep(0.02)
    return None


def _kill(pid: int | None) -> bool:
    if pid is None:
        return False
    with suppress(psutil.Error):
        psutil.Process(pid).kill()
        return True
    return False


def is_in(url: str, cookie: str) -> bool:
    """Whether a cookie opens the app; a stranger is sent to the login."""
    request = urllib.request.Request(url, headers={"Cookie": cookie, "Accept": "text/html"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return "/login" not in answer.url
    except urllib.error.HTTPError:
        return False


def run_again(folder: Path) -> tuple[Counter, Counter, list[str]]:
    """Wait for all jobs, run those again that did not finish.

    Returns
    -------
    ends, again : Counter
        Status of the jobs at their first end, and of those that were run again.
    problems : list of str
        Jobs that never end, end without a sentence, or fail again.
    """
    jobs = _ended(folder, [job.id for job in api.list_jobs(limit=10_000, folder=folder)])
    problems = [f"{job.id} is still {job.status}" for job in jobs if job.live]
    failed = [job for job in jobs if job.status in ("lost", "failed")]
    problems += [f"{job.id} {job.status} without a sentence" for job in failed if not job.error]
    again = [api.resubmit(job.id, _place(job, folder)).id for job in failed]
    second = _ended(folder, again)
    problems += [
        f"{job.id} again: {job.status}, {job.error}"
        for job in second
        if job.status != "done" and not (job.error or "").startswith(DELETED)
    ]
    reasons = Counter(f"{job.status}: {job.error}" for job in failed)
    for reason, n in reasons.most_common():
        print(f"{n} x {reason}")
    return Counter(job.status for job in jobs), Counter(job.status for job in second), problems


def _place(job: Job, folder: Path) -> Path:
    return registry.find(job.workspace).folder(folder)


def _ended(folder: Path, ids: list[str]) -> list[Job]:
    """The jobs, once all have ended or it has taken too long."""
    end = time.monotonic() + 3 * PATIENCE
    while True:
        jobs = [api.get(id, folder) for id in ids]
        if not any(job.live for job in jobs) or time.monotonic() > end:
            return jobs
        time.sleep(0.5)


def missing(confirmed: Confirmed, folder: Path) -> list[str]:
    """What was confirmed and is not there, or is not as it was."""
    problems = []
    jobs = {job.id: job for job in api.list_jobs(limit=10_000, folder=folder)}
    notes = {note.id: note.text for note in marks_of("run-0").notes}
    for (what, id), values in confirmed.values.items():
        now = True if id in jobs else None
        if what == "note":
            now = notes.get(id)
        elif what in ("dataset", "title"):
            now = _of_dataset(what, id)
        gone = what == "title" and now is None
        if now not in values and not gone:
            problems.append(f"{what} {id}: {now!r} instead of {values!r}")
    return problems + _not_reproduced(confirmed, jobs)


def _of_dataset(what: str, id: str) -> str | None:
    """Digest or title of a data set, None if there is none."""
    try:
        dataset = nmr.load_dataset(id)
        return dataset.digest() if what == "dataset" else dataset.manifest.title
    except (InputError, FailedError):
        return None


def _not_reproduced(confirmed: Confirmed, jobs: dict[str, Job]) -> list[str]:
    """Generated data sets that differ from uninterrupted ones, and runs that cannot be loaded."""
    problems = []
    for id, job in confirmed.jobs.items():
        if "dataset" in job:
            expected = nmr.generate(small(), job["n"], seed=job["seed"]).digest()
            if _of_dataset("dataset", job["dataset"]) != expected:
                problems.append(f"data set {job['dataset']} of {id} differs")
        elif jobs[id].status == "done":
            try:
                nmr.load_run(job["run"])
            except (InputError, FailedError) as error:
                problems.append(f"run {job['run']} of {id}: {error}")
    return problems


def left_behind(folder: Path) -> list[str]:
    """Half-written files and folders."""
    patterns = (".*.tmp", "*.tmp", ".new-*", ".removed-*")
    return sorted({str(path.relative_to(folder)) for one in patterns for path in folder.rglob(one)})


def processes(folder: Path) -> list[str]:
    """Command lines of processes that work on a data folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get("NMR_DATA", "").startswith(str(folder)):
                found.append(" ".join(process.cmdline()))
    return found


def _left_running(folder: Path) -> list[str]:
    """Processes that stay after the supervisor was asked to leave."""
    with suppress(psutil.Error):
        psutil.Process(_pid("supervisor", folder)).terminate()
    end = time.monotonic() + 30
    while (left := processes(folder)) and time.monotonic() < end:
        time.sleep(0.5)
    return left


def _is_of_jobs(process: psutil.Process) -> bool:
    return "nmr_core.jobs" in " ".join(process.cmdline())


def main() -> None:
    """Play all rounds, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    os.environ |= {"NMR_WORKERS": "2", "NMR_SUPERVISOR_IDLE": "5", "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        text, is_good = _measure(args, Path(place))
    print(text)
    if args.rounds >= 50:
        (ROOT / "benchmarks" / "results" / "kills.md").write_text(text)
    sys.exit(0 if is_good else 1)


def _measure(args: argparse.Namespace, place: Path) -> tuple[str, bool]:
    port, choice, confirmed = free_port(), random.Random(args.seed), Confirmed()
    random.seed(args.seed)
    team = fill(place / "data", N_PEOPLE, f"http://localhost:{port}")
    config = place / "server.toml"
    config.write_text(f'url = "{team.url}"\nport = {port}\ndata = "{team.folder}"\n')
    web = Web(team, config, place / "server.log")
    web.wait()
    hands, pages, rounds = Hands(team, confirmed), Pages(team), []
    for k in range(args.rounds):
        victim, delay = choice.choice(VICTIMS), choice.uniform(0.5, 6.0)
        rounds.append(play(victim, delay, web, hands))
        print(f"{k + 1:3d} {rounds[-1]}", flush=True)
    hands.kill()
    with in_workspace(registry.find(team.spaces[0]).folder(team.folder)):
        ends, again, problems = run_again(team.folder)
        pages.is_over = True
        problems += missing(confirmed, team.folder)
    left = left_behind(team.folder)
    sweep_unfinished(team.folder, older=0.0)
    still_left = left_behind(team.folder)
    web.stop()
    orphans = _left_running(team.folder)
    problems += [f"left behind: {path}" for path in still_left]
    problems += [f"process left: {line}" for line in orphans]
    problems += [f"page: {error}" for error in pages.errors]
    problems += ["a cookie was refused"] * sum(one.refused for one in rounds)
    for problem in problems:
        print("PROBLEM", problem)
    if pages.errors:
        print((place / "server.log").read_text()[-6000:])
    return _report(args, rounds, confirmed, ends, again, left, problems, pages), not problems


def _report(
    args: argparse.Namespace,
    rounds: list[Round],
    confirmed: Confirmed,
    ends: Counter,
    again: Counter,
    left: list[str],
    problems: list[str],
    pages: Pages,
) -> str:
    kills = Counter(one.victim for one in rounds)
    downs = sorted(one.down for one in rounds if one.down)
    rows = {
        "kills": ", ".join(f"{victim} {n}" for victim, n in sorted(kills.items())),
        "people; page runs meanwhile": f"{N_PEOPLE}; {pages.n_runs}",
        "web process away, median / longest": f"{downs[len(downs) // 2]:.1f} / {downs[-1]:.1f} s"
        if downs
        else "-",
        "actions confirmed": str(confirmed.n),
        "jobs at their first end": ", ".join(f"{name} {n}" for name, n in sorted(ends.items())),
        "jobs run again": ", ".join(f"{name} {n}" for name, n in sorted(again.items())) or "none",
        "confirmed and lost, or changed": str(sum(" instead of " in one for one in problems)),
        "cookies refused": str(sum(one.refused for one in rounds)),
        "half-written files, swept by the server later": str(len(left)),
        "problems": str(len(problems)),
    }
    lines = [f"| {name} | {value} |" for name, value in rows.items()]
    command = f"`python benchmarks/kills.py --rounds {args.rounds} --seed {args.seed}`"
    return (
        f"# {args.rounds} x kill -9 with {N_PEOPLE} people at work\n\n"
        f"{command}, {machine()}, load {os.getloadavg()[0]:.1f}\n\n"
        "| | |\n|---|---|\n" + "\n".join(lines) + "\n"
    )


if __name__ == "__main__":
    main()
