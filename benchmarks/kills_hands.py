"""What people do on a server, in a process that may be killed: kills_hands.py FOLDER SPACE SEED.

Prints one JSON line before an action and one when it was confirmed: {"begin": ...}, {"done": ...}
with the same content. ``value`` is what is true afterwards of a thing (``what``, ``id``).
"""

import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app_server import ROOT  # noqa: F401  the checkout on the path

import nmr_core as nmr
from nmr_core.datasets.catalogue import delete_dataset, list_datasets, rename_dataset
from nmr_core.datasets.store import store_dataset
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.marks import add_note, delete_note, marks_of
from nmr_core.jobs import api
from nmr_core.jobs.uses import check_unused
from nmr_core.people import Person, Register, people_file
from nmr_core.presets import Preset
from nmr_core.storage import trash
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace, new_id

LIVE = 2
"""Live jobs of one person."""
NOTES = 20
"""Notes of a run at which old ones are deleted."""
_lock = threading.Lock()


def small() -> Preset:
    """The echoes of all data sets here."""
    return nmr.preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)


@contextmanager
def action(what: str, id: str, value: object, **details: object) -> Iterator[None]:
    """Say what begins, and that it was confirmed unless it was refused."""
    content = {"what": what, "id": id, "value": value, **details}
    _say({"begin": content})
    yield
    _say({"done": content})


def _say(line: dict) -> None:
    with _lock:
        print(json.dumps(line), flush=True)


def generate(person: Person, choice: random.Random) -> None:
    """Submit a job that makes a data set of 50 to 500 curves."""
    id, n, seed = new_id("ds"), choice.randint(50, 500), choice.randint(0, 10**6)
    params = {"dataset": id, "preset": small().to_dict(), "n_samples": n, "seed": seed}
    params |= {"part_size": 50, "n_jobs": 1}
    job = api.submit("generate", params, f"{n} echoes")
    content = {"what": "job", "id": job.id, "value": True, "dataset": id, "n": n, "seed": seed}
    _say({"done": content})


def train(person: Person, choice: random.Random) -> None:
    """Submit a training on one of the data sets."""
    sets = [one.id for one in list_datasets() if one.usable and one.id.startswith(("ds", "up"))]
    if not sets:
        return
    id, run = choice.choice(sets), new_id("run")
    params = {"dataset": id, "run": run, "featurizer": "raw", "model": "ridge", "split": 0.25}
    job = api.submit("train", params, f"Ridge on {id}")
    _say({"done": {"what": "job", "id": job.id, "value": True, "run": run}})


def upload(person: Person, choice: random.Random) -> None:
    """Store measured curves, as an upload does at its end."""
    dataset = nmr.generate(small(), choice.randint(50, 200), seed=choice.randint(0, 10**6))
    id = new_id("up")
    with action("dataset", id, dataset.digest()):
        store_dataset(dataset, id)


def rename(person: Person, choice: random.Random) -> None:
    """Change the title of an own data set."""
    if own := _own(person):
        id, title = choice.choice(own), f"Title {choice.randint(0, 10**9)}"
        with action("title", id, title):
            rename_dataset(id, title)


def delete(person: Person, choice: random.Random) -> None:
    """Put an own upload into the trash, and sometimes take it out again."""
    own = [id for id in _own(person) if id.startswith("up-")]
    if len(own) < 3:
        return
    id = choice.choice(own)
    check_unused(id, "data set")
    digest = nmr.load_dataset(id).digest()
    with action("dataset", id, None):
        delete_dataset(id, by=person.id)
    if choice.random() < 0.7:
        with action("dataset", id, digest):
            trash.restore("dataset", id)


def note(person: Person, choice: random.Random) -> None:
    """Write a note on the run that all share."""
    notes = [one for one in marks_of("run-0").notes if one.owner == person.id]
    if len(notes) >= NOTES // 10:
        with action("note", notes[0].id, None):
            delete_note("run-0", notes[0].id)
        return
    written = add_note("run-0", f"Seen at {choice.randint(0, 10**9)}")
    _say({"done": {"what": "note", "id": written.id, "value": written.text}})


ACTIONS = (generate, generate, train, upload, rename, delete, note, note)


def _own(person: Person) -> list[str]:
    """Ids of a person's data sets."""
    return [one.id for one in list_datasets() if one.usable and one.manifest.owner == person.id]


def work(person: Person, folder: Path, choice: random.Random) -> None:
    """Act about once per second."""
    with in_workspace(folder), acting_as(person):
        while True:
            time.sleep(choice.uniform(0.5, 1.5))
            act = choice.choice(ACTIONS)
            live = sum(job.live for job in api.list_jobs(person.id)) if act in ACTIONS[:3] else 0
            if live < LIVE:
                with suppress(InputError, FailedError):
                    act(person, choice)


def main() -> None:
    """Let all people of the server work until this process is killed."""
    server, space, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    folder = registry.find(space).folder(server)
    for k, person in enumerate(Register(people_file(server)).list()):
        choice = random.Random(f"{seed} {k}")
        threading.Thread(target=work, args=(person, folder, choice)).start()


if __name__ == "__main__":
    main()
