"""Backups while 10 people work, each restored elsewhere and compared.

    python benchmarks/backups.py [--backups 6] [--pause 10]

Serves a team as the command line does, with ten people whose pages run over websockets, and who
generate, train, upload, rename, delete and write notes (kills_hands.py). Backups are taken by the
command line, as a folder, with hard links to the one before, and as a tar file, in turn. What was
confirmed before a backup began must be in the restored folder, as it was then or as it became until
the backup ended: digests of data sets, titles, notes, jobs; runs can be loaded, and every file has
the digest of the manifest. Prints, and writes results/backups.md.

Needs websockets (requirements-dev.txt).
"""

import argparse
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app_server import ROOT, free_port
from kills import N_PEOPLE, Confirmed, Hands, Pages, Web, missing
from load_server import Team, fill

import nmr_core as nmr
from nmr_core.benchmark import machine
from nmr_core.errors import FailedError, InputError
from nmr_core.people import Register, Sessions, people_file
from nmr_core.storage.spaces import registry
from nmr_core.storage.workspace import in_workspace

RESULTS = ROOT / "benchmarks" / "results" / "backups.md"


@dataclass
class Taken:
    """A backup: how it was taken, seconds, files, MB, confirmed things that were looked for."""

    shape: str
    seconds: float
    restored: float
    files: int
    megabytes: float
    checked: int


class Watched(Confirmed):
    """Confirmations, and every value that a thing has had since the last look."""

    def __init__(self) -> None:
        super().__init__()
        self.since: dict[tuple[str, str], set] = defaultdict(set)
        self.lock = threading.Lock()

    def read(self, line: str) -> None:
        """Take over a line of the hands."""
        with self.lock:
            super().read(line)
            for key, values in self.values.items():
                self.since[key] |= values

    def look(self) -> dict[tuple[str, str], set]:
        """What is confirmed now."""
        with self.lock:
            self.since.clear()
            return copy.deepcopy(dict(self.values))

    def possible(self, before: dict[tuple[str, str], set]) -> Confirmed:
        """What was confirmed at the last look, with all values since."""
        with self.lock:
            possible = Confirmed()
            for key, values in before.items():
                possible.values[key] = values | self.since[key]
            return possible


def command(*arguments: str, folder: Path) -> dict:
    """Run a command of the data folder; its answer."""
    answer = subprocess.run(
        [sys.executable, "-m", "nmr_core", *arguments, "--json"],
        cwd=ROOT,
        env={**os.environ, "NMR_DATA": str(folder)},
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        raise SystemExit(f"{' '.join(arguments)}: {answer.stderr}")
    return json.loads(answer.stdout)


def back_up(team: Team, watched: Watched, place: Path, n: int) -> tuple[Taken, list[str]]:
    """Take a backup, restore it, compare it with what was confirmed."""
    shape = ("folder", "folder with links", "tar")[n % 3]
    target = place / (f"{n}.tar" if shape == "tar" else str(n))
    base = ["--base", str(place / str(n - 1))] if shape == "folder with links" else []
    before = watched.look()
    start = time.monotonic()
    command("backup", str(target), *base, folder=team.folder)
    seconds = time.monotonic() - start
    possible = watched.possible(before)
    again = place / "again"
    start = time.monotonic()
    contents = command("restore", str(target), str(again), folder=again)
    restored = time.monotonic() - start
    problems = _problems(team, possible, again)
    shutil.rmtree(again, ignore_errors=True)
    n_files, megabytes = contents["files"], contents["bytes"] / 1e6
    return Taken(shape, seconds, restored, n_files, megabytes, len(before)), problems


def _problems(team: Team, possible: Confirmed, again: Path) -> list[str]:
    home = again / registry.find(team.spaces[0]).folder(team.folder).relative_to(team.folder)
    environment = os.environ.copy()
    os.environ |= {"NMR_DATA": str(again), "NMR_WORKERS": "0"}  # its waiting jobs do not start
    try:
        with in_workspace(home):
            problems = missing(possible, again)
            for path in (home / "runs").iterdir():
                try:
                    nmr.load_run(path.name)
                except (InputError, FailedError) as error:
                    problems.append(str(error))
        if len(Register(people_file(again)).list()) != N_PEOPLE:
            problems.append("people are missing")
        if Sessions(people_file(again)).list():
            problems.append("logins are in the backup")
    finally:
        os.environ |= {name: environment[name] for name in ("NMR_DATA", "NMR_WORKERS")}
    return problems


def main() -> None:
    """Take all backups, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--backups", type=int, default=6)
    parser.add_argument("--pause", type=float, default=10.0, help="seconds before each")
    args = parser.parse_args()
    os.environ |= {"NMR_WORKERS": "2", "NMR_SUPERVISOR_IDLE": "5", "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        text, is_good = _measure(args, Path(folder))
    print(text)
    if args.backups >= 6:
        RESULTS.write_text(text)
    sys.exit(0 if is_good else 1)


def _measure(args: argparse.Namespace, place: Path) -> tuple[str, bool]:
    port = free_port()
    team = fill(place / "data", N_PEOPLE, f"http://localhost:{port}")
    config = place / "server.toml"
    config.write_text(f'url = "{team.url}"\nport = {port}\ndata = "{team.folder}"\n')
    web = Web(team, config, place / "server.log")
    web.wait()
    watched, all_taken, problems = Watched(), [], []
    hands, pages = Hands(team, watched), Pages(team)
    try:
        for n in range(args.backups):
            time.sleep(args.pause)
            taken, wrong = back_up(team, watched, place, n)
            all_taken.append(taken)
            problems += wrong
            print(taken, wrong, flush=True)
    finally:
        pages.is_over = True
        hands.kill()
        web.stop()
    problems += [f"page: {error}" for error in pages.errors]
    return _report(all_taken, problems, watched.n, pages.n_runs), not problems


def _report(all_taken: list[Taken], problems: list[str], n_actions: int, n_runs: int) -> str:
    lines = [
        f"# Backups while {N_PEOPLE} people work, {datetime.now():%Y-%m-%d %H:%M}",
        "",
        f"{machine()}; load average {os.getloadavg()[0]:.1f}. {n_actions} confirmed actions, "
        f"{n_runs} page runs meanwhile. {len(problems)} problems.",
        "",
        "| backup | s | restore, s | files | MB | confirmed things in it |",
        "|---|---|---|---|---|---|",
        *(
            f"| {one.shape} | {one.seconds:.1f} | {one.restored:.1f} | {one.files:,} "
            f"| {one.megabytes:.1f} | {one.checked} |"
            for one in all_taken
        ),
        *(f"- {problem}" for problem in problems),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
