"""SQLite files on a disk that takes nothing more, and after processes that were killed."""

import os
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from nmr_core.errors import FailedError
from nmr_core.jobs.database import LAYOUT as JOBS
from nmr_core.jobs.store import JobStore
from nmr_core.people.database import LAYOUT as PEOPLE
from nmr_core.people.database import people_file
from nmr_core.storage import sqlite

LAYOUTS = {"jobs": JOBS, "people": PEOPLE}


@pytest.fixture
def child(repository, tmp_path):
    """``child(code)``: what a process prints that runs ``code`` with ``folder`` defined."""

    def run(code: str) -> str:
        head = f"import os, resource\nfrom pathlib import Path\nfolder = Path({str(tmp_path)!r})\n"
        done = subprocess.run(
            [sys.executable, "-c", head + textwrap.dedent(code)],
            cwd=repository,
            env=os.environ | {"NMR_WORKERS": "0", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_a_full_disk_is_read_and_refuses_changes(child, tmp_path):
    """The system refuses every byte that is written to a file (EFBIG), as a full disk does."""
    job = JobStore(tmp_path).submit("selftest", "{}", "A job", "me")
    printed = child("""
        from nmr_core.errors import FailedError
        from nmr_core.jobs.store import JobStore
        from nmr_core.people import Register, Sessions, people_file

        people = Register(people_file(folder))
        zoe = people.add_local("Zoe", "zoe@lab.org", "hash", "member")
        secret = Sessions(people_file(folder)).begin(zoe)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        store = JobStore(folder)
        print([job.title for job in store.list()], [person.name for person in people.list()])
        print(Sessions(people_file(folder)).find(secret).person.name)
        for change in (
            lambda: store.submit("selftest", "{}"),
            lambda: store.request_cancel(store.list()[0].id),
            lambda: Sessions(people_file(folder)).begin(zoe),
            lambda: people.set_disabled(zoe.id, True),
        ):
            try:
                print("changed", change())
            except FailedError as error:
                print(error)
    """)
    lines = printed.splitlines()
    assert lines[:2] == ["['A job'] ['Zoe']", "Zoe"]
    assert len(lines) == 6
    assert all("cannot be written (" in line and "Check free space" in line for line in lines[2:])
    assert JobStore(tmp_path).get(job.id).status == "queued"


@pytest.mark.skipif(sys.platform == "win32", reason="files that are open cannot be copied")
def test_changes_that_a_killed_process_left_beside_the_file_are_read(child, tmp_path):
    child("""
        from nmr_core.jobs.database import connection
        from nmr_core.jobs.store import JobStore

        store = JobStore(folder)
        with connection(store.path):  # stays open: the other connection merges nothing
            store.submit("selftest", "{}", "Written last")
            os._exit(0)
    """)
    assert (tmp_path / "jobs.sqlite3-wal").stat().st_size
    db = sqlite._readable(tmp_path / "jobs.sqlite3", JOBS)
    assert db is not None
    assert [row[0] for row in db.execute("SELECT title FROM jobs")] == ["Written last"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM jobs")
    db.close()
    assert [job.title for job in JobStore(tmp_path).list()] == ["Written last"]


def test_the_sentence_on_a_full_disk_has_the_numbers(tmp_path, monkeypatch):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    usage = type("Usage", (), {"free": 300_000, "total": 10**9})
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
    sentence = str(sqlite._worded(error, tmp_path / "jobs.sqlite3", JOBS))
    assert sentence.startswith("The disk is full: the table of jobs cannot be changed, 0.3 MB are")
    assert str(tmp_path) not in sentence


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_file_of_a_later_version_is_used_as_it_is(layout, tmp_path):
    path = tmp_path / "file.sqlite3"
    with sqlite.connection(path, layout):
        pass
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA application_id = {len(layout.additions) + 3}")
    db.close()
    path.with_name("file.setup.lock").unlink(missing_ok=True)
    with sqlite.connection(path, layout) as db:
        assert db.execute("PRAGMA application_id").fetchone()[0] == len(layout.additions) + 3
    assert not path.with_name("file.setup.lock").exists()


def _random(path):
    path.write_bytes(bytes(range(256)) * 200)


def _foreign(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE songs (title TEXT)")
    db.close()


def _garbage_pages(path):
    layout = LAYOUTS[path.stem]
    with sqlite.connection(path, layout):
        pass
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


def _other_layout(path):
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {LAYOUTS[path.stem].version + 1}")
    db.close()


def _folder(path):
    path.mkdir()


DAMAGE = {
    "random bytes": _random,
    "another program's table": _foreign,
    "garbage pages": _garbage_pages,
    "another layout": _other_layout,
    "a folder in its place": _folder,
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_a_sentence(name, damage, tmp_path):
    path = tmp_path / f"{name}.sqlite3"
    damage(path)
    table = "jobs" if name == "jobs" else "people"
    with (
        pytest.raises(FailedError, match="is not a usable") as caught,
        sqlite.connection(path, LAYOUTS[name]) as db,
    ):
        db.execute(f"SELECT * FROM {table}").fetchall()
    assert "repair" in str(caught.value)


def test_an_empty_file_is_a_new_one(tmp_path):
    people_file(tmp_path).touch()
    (tmp_path / "jobs.sqlite3").touch()
    assert JobStore(tmp_path).list() == []
    with sqlite.connection(people_file(tmp_path), PEOPLE) as db:
        assert db.execute("SELECT count(*) FROM people").fetchone()[0] == 0
