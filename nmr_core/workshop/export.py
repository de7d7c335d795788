"""Everything of a room as a zip file: who was there, the jobs, and what each has made.

room.json, people.csv, jobs.csv, challenge.zip (challenge.txt where it cannot be read), and a folder
per person with data sets, runs, studies, results and labs. What everyone got a copy of and what can
be computed again is left out.
"""

import csv
import io
import json
import os
import re
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nmr_core import challenge as challenges
from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.job import Job
from nmr_core.jobs.store import JobStore
from nmr_core.people import Person
from nmr_core.storage.files import write_file
from nmr_core.storage.kinds import KINDS
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop.contents import contents_of
from nmr_core.workshop.room import Room
from nmr_core.workshop.table import RoomTable

FOLDERS = (*sorted({kind.folder for kind in KINDS.values()}), "labs", "marks", "predictions")
"""Folders of a workspace that are exported."""
ARRAYS = (".npz", ".npy", ".h5", ".joblib", ".pt")
"""Ends of the names of large files."""
_PEOPLE = ("name", "folder", "joined", "data sets", "runs", "jobs")
_JOBS = ("name", "kind", "title", "status", "created", "started", "finished", "error")


def export(rooms: RoomTable, room_id: str, *, arrays: bool = True) -> bytes:
    """Everything of a room as the bytes of a zip file, for an administrator.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.
    room_id : str
        Id of the room.
    arrays : bool
        Whether arrays and models are in it; without them it is small, and data sets are made again
        from their manifests.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "room.zip")
        export_to(rooms, room_id, path, arrays=arrays)
        return path.read_bytes()


def export_to(rooms: RoomTable, room_id: str, path: Path, *, arrays: bool = True) -> None:
    """Write everything of a room into a zip file, for an administrator; see :func:`export`."""
    rooms.check("export", room_id)
    write(rooms, rooms.get(room_id), path, arrays=arrays)
    rooms.note("export", room_id)


def write(rooms: RoomTable, room: Room, path: Path, *, arrays: bool = True) -> None:
    """Write the zip file of a room, whole or not at all; see :func:`export`.

    Raises
    ------
    FailedError
        The disk is full, or cannot be written.
    """

    def fill(temporary: Path) -> None:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            _fill(file, rooms, room, arrays)

    write_file(path, fill)


def _fill(file: zipfile.ZipFile, rooms: RoomTable, room: Room, arrays: bool) -> None:
    people = rooms.people(room)
    jobs = {person.id: _jobs(rooms.folder, person.id) for person, _ in people}
    names = {person.id: _folder_name(n, person) for n, (person, _) in enumerate(people, 1)}
    file.writestr("room.json", json.dumps(_facts(room), indent=1, ensure_ascii=False))
    file.writestr("people.csv", _csv(_PEOPLE, _people(people, names, jobs)))
    file.writestr("jobs.csv", _csv(_JOBS, _all_jobs(people, jobs)))
    if room.challenge:
        with in_workspace(rooms.folder):
            file.writestr(*_challenge(room.challenge))
    contents = contents_of(rooms.folder, room)
    copied = {(KINDS[content.kind].folder, content.id) for content in contents}
    for person, folder in people:
        for path in _files(folder, copied, arrays):
            file.write(path, f"{names[person.id]}/{path.relative_to(folder).as_posix()}")


def _challenge(id: str) -> tuple[str, bytes]:
    """Name and bytes of the challenge's own export; of one that cannot be read, why not."""
    try:
        return "challenge.zip", challenges.export(challenges.load(id))
    except (InputError, FailedError) as error:  # deleted or damaged: the rest is exported
        return "challenge.txt", f"The challenge is not in this file. {error}\n".encode()


def _facts(room: Room) -> dict[str, Any]:
    """A room without what opens it."""
    facts = {name: value for name, value in asdict(room).items() if name not in ("code", "look")}
    times = ("created", "ends", "closing", "closed")
    return facts | {name: _time(facts[name]) for name in times}


def _people(
    people: Sequence[tuple[Person, Path]], names: dict[str, str], jobs: dict[str, list[Job]]
) -> Iterator[tuple[object, ...]]:
    for person, folder in people:
        counts = [_count(folder / kind) for kind in ("datasets", "runs")]
        row = (person.name, names[person.id], _time(person.created), *counts)
        yield (*row, len(jobs[person.id]))


def _all_jobs(
    people: Sequence[tuple[Person, Path]], jobs: dict[str, list[Job]]
) -> Iterator[tuple[object, ...]]:
    for person, _ in people:
        for job in jobs[person.id]:
            times = (_time(job.created), _time(job.started), _time(job.finished))
            yield person.name, job.kind, job.title, job.status, *times, job.error or ""


def _jobs(server: Path, owner: str) -> list[Job]:
    """The jobs of a person, the oldest first."""
    store = JobStore(server)
    return store.list(owner, 10**6)[::-1] if store.path.exists() else []


def _files(folder: Path, copied: set[tuple[str, str]], arrays: bool) -> Iterator[Path]:
    """The files of a workspace that are exported."""
    for name in FOLDERS:
        for root, _, files in os.walk(folder / name):
            for file in sorted(files):
                path = Path(root, file)
                parts = path.relative_to(folder).parts
                is_copied = parts[:2] in copied
                is_large = file.endswith(ARRAYS)
                is_passing = file.startswith(".") or path.is_symlink()
                if not (is_copied or is_passing or (is_large and not arrays)):
                    yield path


def _count(folder: Path) -> int:
    """Number of things in a folder of a workspace."""
    return sum(not path.name.startswith(".") for path in folder.glob("*"))


def _folder_name(number: int, person: Person) -> str:
    """A name that every file system takes, e.g. "03-zoe"."""
    plain = unicodedata.normalize("NFKD", person.name).encode("ascii", "ignore").decode()
    text = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return f"{number:02d}-{text}".rstrip("-")


def _time(seconds: float | None) -> str:
    """A time of this computer's clock, "" for none."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)) if seconds else ""


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    is_formula = isinstance(value, str) and value[:1] in tuple("=+-@\t\r")
    return f"'{value}" if is_formula else value
