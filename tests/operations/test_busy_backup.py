"""Backups while ten people work: nothing that was confirmed before is missing or half."""

import hashlib
import json
import threading
from pathlib import Path

from nmr_core.evaluation import marks
from nmr_core.jobs.store import JobStore
from nmr_core.operations.backup import _Copying, take
from nmr_core.operations.restore import restore
from nmr_core.people import Register, people_file
from nmr_core.storage import trash
from nmr_core.storage.files import write_folder, write_json
from nmr_core.storage.kinds import DATASET, RUN
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace

N_PEOPLE, N_BACKUPS = 10, 3
PAUSE = 0.05
"""Seconds between two things that a person does."""
MOST = 8
"""Things of a person; then the oldest ones are deleted for good."""


class Person:
    """Stores, renames, deletes, restores and annotates things, and runs jobs, until stopped."""

    def __init__(self, server: Path, number: int):
        account = Register(people_file(server)).add_local(
            f"Person {number}", f"p{number}@lab.org", "hash", "member"
        )
        self.server, self.account = server, account
        self.kind = (DATASET, RUN)[number % 2]
        self.confirmed: list[str] = []
        self.removed: list[str] = []
        self.jobs: list[str] = []
        self.stop = threading.Event()
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        try:
            with acting_as(self.account):
                self.home = registry.home_of(self.account).folder()
                with in_workspace(self.home):
                    n = 0
                    while not self.stop.is_set() or n < 5:
                        self._step(n)
                        self.stop.wait(PAUSE)
                        n += 1
        except BaseException as error:
            self.error = error

    def _step(self, n: int) -> None:
        id = f"{self.kind.name}-{n:06d}"
        place = self.home / self.kind.place(id)
        write_folder(place, lambda folder: _fill(folder, self.kind.document, id))
        self.confirmed.append(id)
        document = json.loads((place / self.kind.document).read_text())
        write_json(place / self.kind.document, {**document, "title": f"Renamed {n}"})
        if self.kind is RUN:
            marks.add_note(id, f"Note {n}")
        if n % 3 == 0:
            trash.discard(place)
            trash.restore(self.kind.name, id)
        if n >= MOST:
            self._remove(f"{self.kind.name}-{n - MOST:06d}")
        job = JobStore(self.home).submit("generate", "{}", owner=self.account.id, limit=10**6)
        self.jobs.append(job.id)

    def _remove(self, id: str) -> None:
        self.removed.append(id)
        trash.discard(self.home / self.kind.place(id))
        trash.empty([trash.deleted(self.kind.name, id)])


def _fill(folder: Path, document: str, id: str) -> None:
    folder.mkdir()
    contents = {f"part-{n}.bin": (id * 300 + str(n)).encode() for n in range(2)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    (folder / document).write_text(
        json.dumps({"id": id, "title": "New", "owner": "", "digests": digests})
    )


def _is_whole(place: Path, document: str) -> bool:
    digests = json.loads((place / document).read_text())["digests"]
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in place.glob("*.bin")}
    return found == digests


def test_backups_while_ten_people_work(data_folder, tmp_path):
    people = [Person(data_folder, number) for number in range(N_PEOPLE)]
    for person in people:
        person.thread.start()
    before = []
    try:
        for n in range(N_BACKUPS):
            before.append([(list(p.confirmed), list(p.jobs)) for p in people])
            base = tmp_path / "1" if n == 2 else None
            take(tmp_path / _name(n), base=base)
    finally:
        for person in people:
            person.stop.set()
            person.thread.join()
    assert [person.error for person in people if person.error] == []
    for n in range(N_BACKUPS):
        again = tmp_path / f"again-{n}"
        contents = restore(tmp_path / _name(n), again)
        assert len(contents.files) == sum(path.is_file() for path in again.rglob("*"))
        for person, (confirmed, jobs) in zip(people, before[n], strict=True):
            _check(person, again, set(confirmed) - set(person.removed), jobs)


def _name(n: int) -> str:
    return f"{n}.tar" if n < 1 else str(n)


def _check(person: Person, again: Path, confirmed: set[str], jobs: list[str]) -> None:
    kind = person.kind
    things = again / person.home.relative_to(person.server) / kind.folder
    ids = {path.name for path in things.glob("*")}
    in_trash = {path.name for path in things.parent.glob(f"trash/*/{kind.folder}/*")}
    assert confirmed <= ids | in_trash
    assert all(_is_whole(things / id, kind.document) for id in ids)
    assert set(jobs) <= {job.id for job in JobStore(again).list(limit=10**6)}
    assert person.account.id in {one.id for one in Register(people_file(again)).list()}


def test_a_rotation_while_the_record_is_copied_loses_no_line(data_folder, tmp_path, monkeypatch):
    data_folder.mkdir(parents=True, exist_ok=True)
    (data_folder / "limits.json").write_text("{}")
    (data_folder / "audit.jsonl").write_text("new\n")
    (data_folder / "audit.1.jsonl").write_text("old\n")
    copy = _Copying._file

    def copy_and_rotate(self, name):
        copy(self, name)
        if name == "audit.1.jsonl" and not (data_folder / "audit.2.jsonl").exists():
            for n, name in ((2, "audit.1.jsonl"), (1, "audit.jsonl")):
                (data_folder / name).rename(data_folder / f"audit.{n}.jsonl")
            (data_folder / "audit.jsonl").write_text("newest\n")

    monkeypatch.setattr(_Copying, "_file", copy_and_rotate)
    take(tmp_path / "backup")
    kept = (tmp_path / "backup").rglob("audit*.jsonl")
    assert sorted(file.read_text() for file in kept) == ["new\n", "newest\n", "old\n"]
