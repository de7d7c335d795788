"""A server for a team with a filled data folder, and what its processes use."""

import http.client
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from app_server import ROOT, free_port

import nmr_core as nmr
from nmr_core.jobs import api
from nmr_core.people import MEMBER, Register, Sessions, people_file
from nmr_core.presets.recipe import recipe
from nmr_core.serving.front.siblings import PROGRAM
from nmr_core.storage.spaces import registry

N_SPACES, N_DATASETS, N_RUNS = 3, 20, 10
"""Teams; data sets and runs of each."""
PATIENCE = 180.0
"""Longest time until the server is ready, s."""


@dataclass
class Team:
    """People with their cookies, and the workspaces that they work in.

    Attributes
    ----------
    url : str
        Address of the server.
    folder : Path
        Its data folder.
    cookies : list of str
        A Cookie header per person.
    spaces : list of str
        Ids of workspaces; person k works in number k modulo their number.
    """

    url: str
    folder: Path
    cookies: list[str]
    spaces: list[str]


def fill(folder: Path, n_people: int, url: str) -> Team:
    """People that are logged in, and teams with data sets and runs."""
    os.environ["NMR_DATA"] = str(folder)
    folder.mkdir(parents=True, exist_ok=True)
    register, sessions = Register(people_file(folder)), Sessions(people_file(folder))
    people = [register.add_local(f"P {k}", f"p{k}@lab", "", MEMBER) for k in range(n_people)]
    name = f"sel-session-{url.rpartition(':')[2]}"
    cookies = [f"{name}={sessions.begin(person)}" for person in people]
    spaces = [registry.create_team(f"Team {k}", people[0]) for k in range(N_SPACES)]
    for space in spaces:
        for person in people[1:]:
            registry.set_member(space.id, person.id, "member")
    _fill_space(spaces[0].folder(folder))
    for space in spaces[1:]:
        for part in ("datasets", "runs"):
            shutil.copytree(spaces[0].folder(folder) / part, space.folder(folder) / part)
    return Team(url, folder, cookies, [space.id for space in spaces])


def _fill_space(folder: Path) -> None:
    small = nmr.preset("ml4sci_2020_secular").fix(n_x=16, n_y=16)
    dataset = nmr.generate(small, 200, seed=0, path=folder / "datasets" / "ds-0", n_jobs=1)
    copies(folder / "datasets" / "ds-0", N_DATASETS)
    for k, model in enumerate(("ridge", "mean")):
        run = nmr.train(dataset, featurizer="polynomial", model=model, seed=0, id=f"run-{k}")
        run.save(folder / "runs" / run.id)
        copies(folder / "runs" / run.id, N_RUNS // 2)


def copies(original: Path, n: int) -> None:
    """Copies of a stored folder, each with its id in the manifest."""
    for k in range(1, n):
        copy = shutil.copytree(original, original.with_name(f"{original.name}-{k}"))
        manifest = json.loads((copy / "manifest.json").read_text())
        (copy / "manifest.json").write_text(json.dumps(manifest | {"id": copy.name}))


@contextmanager
def server(folder: Path, n_people: int, options: list[str]) -> Iterator[tuple[Team, int]]:
    """Fill a folder, and serve it as the command line does.

    Parameters
    ----------
    folder : Path
        Empty.
    n_people : int
        People that are logged in.
    options : list of str
        Further lines of the configuration.

    Yields
    ------
    team : Team
    pid : int
        Of the server.
    """
    port = free_port()
    team = fill(folder / "data", n_people, f"http://localhost:{port}")
    config = folder / "server.toml"
    lines = [f'url = "{team.url}"', f"port = {port}", f'data = "{team.folder}"', *options]
    config.write_text("\n".join(lines) + "\n")
    command = [sys.executable, "-m", "nmr_core", "serve", "--profile", "team"]
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [*command, "--config", str(config)], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        wait_until_ready(f"{team.url}/healthz")
        yield team, process.pid
    finally:
        process.terminate()
        process.wait(60)


def wait_until_ready(url: str) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException), urllib.request.urlopen(url, timeout=60):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


@contextmanager
def jobs(team: Team, n: int) -> Iterator[None]:
    """Keep ``n`` jobs busy meanwhile."""
    folder = registry.find(team.spaces[0]).folder(team.folder)
    request = {"preset": recipe("ml4sci_2020_secular"), "n_samples": 50_000, "seed": 1, "n_jobs": 1}
    live = [
        api.submit(
            "generate", {"dataset": f"load-{k}", **request}, f"Load {k}", f"load-{k}", folder
        )
        for k in range(n)
    ]
    try:
        yield
    finally:
        for job in live:
            api.cancel(job.id, folder)


@dataclass(frozen=True)
class Use:
    """Processor time (s) and resident memory (MB) of each web process of a server."""

    cpu: tuple[float, ...]
    memory: tuple[float, ...]


def use(pid: int) -> Use:
    """What the web processes of a server have used: itself, and its children that serve."""
    server = psutil.Process(pid)
    processes = [server]
    with suppress(psutil.Error):
        processes += [one for one in server.children() if PROGRAM in " ".join(one.cmdline())]
    cpu, memory = [], []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            cpu.append(times.user + times.system)
            memory.append(process.memory_info().rss / 1e6)
    return Use(tuple(cpu), tuple(memory))
