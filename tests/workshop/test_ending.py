"""The end of a room: what is exported, what is removed, and what stands in the way."""

import csv
import io
import threading
import time
import zipfile

import pytest
from made_challenges import make

from nmr_core import challenge
from nmr_core.challenge import database as challenge_database
from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.store import JobStore
from nmr_core.people import Sessions, people_file
from nmr_core.storage.audit import Audit
from nmr_core.storage.spaces import copying, rights
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.spaces.rights import RefusedError
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop import Content, Rooms, ending, export, presence
from nmr_core.workshop.pauses import pauses
from tests.spaces.things import DATASET, RUN, put


@pytest.fixture(autouse=True)
def no_supervisor(monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "0")


@pytest.fixture
def paused(rooms):
    rights.set_pause(pauses(rooms))
    yield
    rights.set_pause(None)


def _names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def _table(content: bytes, name: str) -> list[dict[str, str]]:
    text = zipfile.ZipFile(io.BytesIO(content)).read(name).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_nothing_of_the_people_stays_but_the_export(rooms, room):
    person, _ = rooms.join(room.code, "=Zoë")
    secret = Sessions(people_file(rooms.folder)).begin(person)
    [(_, folder)] = rooms.people(room)
    put(folder, RUN, "run-zoe", owner=person.id)
    store = JobStore(folder)
    job = store.submit("selftest", "{}", "Count", person.id)
    presence.note(person.id, "Labs", folder=rooms.folder)
    path = rooms.close(room.id)
    assert not folder.exists()
    assert [row.page for row in presence.table([(person, folder)], rooms.folder)] == [""]
    assert rooms.people(room) == []
    assert rooms.room_of(person.id) is None
    assert Sessions(people_file(rooms.folder)).find(secret) is None
    with pytest.raises(InputError):
        rooms.register.get(person.id)
    with pytest.raises(InputError):
        JobStore(rooms.folder).get(job.id)
    content = path.read_bytes()
    assert "01-zoe/runs/run-zoe/manifest.json" in _names(content)
    assert _table(content, "people.csv")[0]["name"] == "'=Zoë"
    assert _table(content, "jobs.csv")[0]["status"] == "cancelled"
    assert room.code.encode() not in b"".join(
        zipfile.ZipFile(path).read(name) for name in _names(content)
    )
    assert rooms.close(room.id) == path  # again changes nothing
    assert rooms.get(room.id).status == "closed"
    for late in (lambda: rooms.join(room.code, "Ben"), lambda: rooms.extend(room.id, 9e9)):
        with pytest.raises(InputError):
            late()


def test_a_room_that_is_deleted_only(rooms):
    room = rooms.create("Echo course", ends=time.time() + 60, at_end="delete")
    rooms.join(room.code, "Zoë")
    assert rooms.close(room.id) is None
    assert not (rooms.folder / "rooms").exists()


def test_an_organiser_closes_the_room_while_a_job_runs(rooms, room):
    person, _ = rooms.join(room.code, "Zoë")
    [(_, folder)] = rooms.people(room)
    store = JobStore(folder)
    job = store.submit("selftest", "{}", "Count", person.id)
    store.claim("here")

    def work():
        while store.heartbeat(job.id):
            time.sleep(0.01)
        (folder / "late").mkdir(parents=True, exist_ok=True)
        store.finish(job.id, "cancelled")

    worker = threading.Thread(target=work)
    worker.start()
    path = rooms.close(room.id)
    worker.join()
    assert _table(path.read_bytes(), "jobs.csv")[0]["error"] == "The room was closed."
    assert not folder.exists()


def test_a_job_that_does_not_end_is_waited_for_by_the_next_try(rooms, room, monkeypatch):
    monkeypatch.setattr(ending, "PATIENCE", 0.0)
    person, _ = rooms.join(room.code, "Zoë")
    [(_, folder)] = rooms.people(room)
    store = JobStore(folder)
    job = store.submit("selftest", "{}", "Count", person.id)
    store.claim("here")
    for _ in range(2):
        with pytest.raises(FailedError, match="have not ended yet"):
            rooms.close(room.id)
        assert folder.exists()
        assert not ending.exported(rooms.folder, room).exists()
        assert rooms.get(room.id).status == "closed"  # no one joins meanwhile
        assert not rooms.get(room.id).closed
        assert ending.tidy(rooms) == []
    (folder / "labs").mkdir()
    (folder / "labs" / "late").touch()
    store.finish(job.id, "cancelled")
    assert ending.tidy(rooms) == [room.id]
    assert rooms.get(room.id).closed
    assert not folder.exists()
    content = ending.exported(rooms.folder, room).read_bytes()
    assert "01-zoe/labs/late" in _names(content)  # what the job still wrote
    assert Audit(rooms.folder).newest(1, action="room")[0]["person"] == "server"


def test_a_full_disk_removes_nothing(rooms, room, monkeypatch):
    rooms.join(room.code, "Zoë")
    [(_, folder)] = rooms.people(room)

    def full(*_, **__):
        raise FailedError("The disk is full.")

    monkeypatch.setattr(ending, "write", full)
    with pytest.raises(FailedError):
        rooms.close(room.id)
    assert folder.exists()
    monkeypatch.setattr(ending, "write", export.write)
    assert rooms.close(room.id).exists()


def test_two_programs_close_a_room_at_once(rooms, room, monkeypatch):
    for name in ("Ann", "Ben", "Cleo"):
        person, _ = rooms.join(room.code, name)
        put(rooms.people(room)[-1][1], RUN, "run-1", owner=person.id)
    is_writing, others_looked = threading.Event(), threading.Event()

    def write(*arguments):
        is_writing.set()
        assert others_looked.wait(20)
        export.write(*arguments)

    monkeypatch.setattr(ending, "write", write)
    first = threading.Thread(target=rooms.close, args=(room.id,))
    first.start()
    assert is_writing.wait(20)
    other = Rooms(rooms.folder)
    assert ending.tidy(other) == []
    with pytest.raises(FailedError, match="being closed already"):
        ending.close(other, room.id, patience=0)
    assert len(other.people(room)) == 3
    second = threading.Thread(target=other.close, args=(room.id,))  # waits for the first
    second.start()
    others_looked.set()
    first.join()
    second.join()
    names = _names(other.close(room.id).read_bytes())
    assert len([name for name in names if name.endswith("content.bin")]) == 3
    assert not list(rooms.folder.glob(".room*.lock"))


def test_a_damaged_challenge_holds_up_no_end(rooms):
    present = make()
    room = rooms.create("Echo course", ends=time.time() + 60, challenge=present.id)
    rooms.join(room.code, "Zoë")
    (present.folder / "secret" / "truth.npz").write_bytes(b"x")
    content = rooms.close(room.id).read_bytes()
    assert "challenge.zip" not in _names(content)
    text = zipfile.ZipFile(io.BytesIO(content)).read("challenge.txt").decode()
    assert text.startswith("The challenge is not in this file. ")
    assert rooms.people(room) == []


def test_boards_keep_names_and_no_addresses(rooms):
    present = make()
    room = rooms.create("Echo course", ends=time.time() + 60, challenge=present.id)
    ids = []
    for name in ("Zoë", "Ben"):
        person, _ = rooms.join(room.code, name)
        by = challenge.Participant(person.id, person.name)
        answer = challenge.template_csv(present)
        challenge.submit(present, answer, by, note="by phone", address="10.1.2.3")
        ids.append(person.id)

    def kept() -> dict[str, tuple[str, str]]:
        with challenge_database.reading(present.folder) as db:
            rows = db.execute("SELECT person, note, address FROM submissions").fetchall()
        return {row["person"]: (row["note"], row["address"]) for row in rows}

    before = challenge.board(present).rows
    rooms.remove_person(ids[1])
    assert {id: kept()[id] for id in ids} == {ids[0]: ("by phone", "10.1.2.3"), ids[1]: ("", "")}
    rooms.close(room.id)
    assert {kept()[id] for id in ids} == {("", "")}
    after = challenge.board(present).rows
    assert [(row.name, row.score) for row in after] == [(row.name, row.score) for row in before]


def test_the_server_closes_what_is_over(rooms, room, monkeypatch):
    rooms.join(room.code, "Zoë")
    assert ending.tidy(rooms) == []
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7200)
    assert ending.tidy(rooms) == []  # ended, and still to be read
    monkeypatch.setattr(time, "time", lambda: now + 90000)
    assert ending.tidy(rooms) == []  # a clock that jumped ahead closes nothing
    monkeypatch.setattr(ending.clock, "now", lambda _: now + 90000)
    assert ending.tidy(rooms) == [room.id]


def test_only_administrators_close_and_export(rooms, room):
    person, _ = rooms.join(room.code, "Zoë")
    with acting_as(person):
        for change in (rooms.close, rooms.export):
            with pytest.raises(RefusedError):
                change(room.id)
    assert rooms.people(room)


def test_everyone_gets_what_the_room_holds(rooms, admin):
    source = rooms.folder / "workspaces" / "space-of-ada"
    put(source, DATASET, "ds-shared", owner=admin.id)
    array = source / "datasets" / "ds-shared" / "data.npz"
    array.write_bytes(b"x" * 1000)
    contents = [
        Content("dataset", "ds-shared", "space-of-ada"),
        Content("run", "run-gone", "space-of-ada"),  # deleted since: keeps no one out
    ]
    room = rooms.create("Echo course", ends=time.time() + 60, contents=contents)
    person, _ = rooms.join(room.code, "Zoë")
    [(_, folder)] = rooms.people(room)
    copy = folder / "datasets" / "ds-shared"
    assert f'"{person.id}"' in (copy / "manifest.json").read_text()
    assert (copy / "data.npz").stat().st_ino == array.stat().st_ino  # no second megabyte
    assert not any("ds-shared" in name for name in _names(rooms.export(room.id)))
    with acting_as(admin), in_workspace(folder):
        assert rights.may("read")
    with acting_as(person), in_workspace(source):
        assert not rights.may("read")


def test_copies_without_hard_links(rooms, monkeypatch):
    def refused(*_):
        raise OSError("not on this disk")

    monkeypatch.setattr(copying.os, "link", refused)
    source = rooms.folder / "workspaces" / "space-of-ada"
    put(source, DATASET, "ds-shared")
    room = rooms.create(
        "Course",
        ends=time.time() + 60,
        contents=[Content("dataset", "ds-shared", "space-of-ada")],
    )
    rooms.join(room.code, "Zoë")
    [(_, folder)] = rooms.people(room)
    assert (folder / "datasets" / "ds-shared" / "manifest.json").exists()


def test_a_small_export_has_no_arrays(rooms, room):
    person, _ = rooms.join(room.code, "Zoë")
    [(_, folder)] = rooms.people(room)
    put(folder, DATASET, "ds-zoe", owner=person.id)
    (folder / "datasets" / "ds-zoe" / "data.npz").write_bytes(b"x")
    assert "01-zoe/datasets/ds-zoe/data.npz" in _names(rooms.export(room.id))
    small = _names(rooms.export(room.id, arrays=False))
    assert "01-zoe/datasets/ds-zoe/manifest.json" in small
    assert "01-zoe/datasets/ds-zoe/data.npz" not in small


@pytest.mark.usefixtures("paused")
def test_a_frozen_room_is_read_only(rooms, room, monkeypatch):
    person, _ = rooms.join(room.code, "Zoë")
    [(_, folder)] = rooms.people(room)

    def refusals() -> dict[str, str]:
        with acting_as(person), in_workspace(folder):
            return {action: rights.refusal(action) for action in ("create", "delete", "read")}

    assert set(refusals().values()) == {""}
    Rooms(rooms.folder).freeze(room.id)  # by another process
    assert "is paused" in refusals()["create"]
    assert refusals()["read"] == ""
    late, _ = rooms.join(room.code, "Ben")  # joins, and reads
    assert rooms.room_of(late.id).frozen
    rooms.unfreeze(room.id)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7200)
    assert "has ended" in refusals()["delete"]


@pytest.mark.usefixtures("paused")
def test_a_pause_is_for_the_people_of_the_room(rooms, room, admin):
    other = rooms.create("Another", ends=time.time() + 60)
    person, _ = rooms.join(other.code, "Zoë")
    [(_, folder)] = rooms.people(other)
    rooms.freeze(room.id)
    for one in (person, admin):
        with acting_as(one), in_workspace(folder):
            assert rights.may("create")


def test_guests_make_no_teams(rooms, room):
    from nmr_core.storage.spaces import registry

    person, _ = rooms.join(room.code, "Zoë")
    with pytest.raises(InputError, match="no teams"):
        registry.create_team("Mine", person)


def test_a_person_is_removed_and_the_seat_is_free(rooms, room):
    person, _ = rooms.join(room.code, "Troll")
    rooms.join(room.code, "Zoë")
    [(_, folder), _] = rooms.people(room)
    rooms.remove_person(person.id)
    assert not folder.exists()
    assert [one.name for one, _ in rooms.people(room)] == ["Zoë"]
    rooms.join(room.code, "Troll")
    with pytest.raises(InputError, match="no person"):
        rooms.remove_person("p-ada")


def test_what_is_added_later_reaches_everyone(rooms, room, admin):
    rooms.join(room.code, "Zoë")
    source = rooms.folder / "workspaces" / "space-of-ada"
    put(source, RUN, "run-shared", owner=admin.id)
    content = Content("run", "run-shared", "space-of-ada")
    assert rooms.add(room.id, [content]) == []
    assert rooms.add(room.id, [content], challenge="ch-1") == []  # twice changes nothing
    [(_, folder)] = rooms.people(room)
    assert (folder / "runs" / "run-shared").is_dir()
    assert (rooms.get(room.id).contents, rooms.get(room.id).challenge) == ((content,), "ch-1")
    with pytest.raises(InputError, match="holds dataset, run, study"):
        rooms.add(room.id, [Content("../x", "a", "b")])


@pytest.mark.usefixtures("paused")
def test_nothing_is_submitted_while_the_room_is_frozen(rooms, room):
    present = make()
    person, _ = rooms.join(room.code, "Zoë")
    by = challenge.Participant(person.id, person.name)
    answer = challenge.template_csv(present)
    rooms.freeze(room.id)
    with pytest.raises(RefusedError, match="is paused"):
        challenge.submit(present, answer, by)
    rooms.unfreeze(room.id)
    assert challenge.submit(present, answer, by).tries_left == present.tries - 1
