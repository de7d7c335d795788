"""Backups: whole or not at all, equal after a restore, without logins and secrets."""

import itertools
import json
import os
import re
import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest

from nmr_core.cli import main
from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.store import JobStore
from nmr_core.operations import backup as backups
from nmr_core.operations.archive import Backup
from nmr_core.operations.backup import check, take
from nmr_core.operations.contents import FORMAT
from nmr_core.operations.restore import MARK, restore
from nmr_core.people import Invitations, Register, Sessions, people_file
from nmr_core.serving import front
from nmr_core.storage.audit.noting import COMMAND_LINE
from nmr_core.storage.files import checksum

SHAPES = ("backup", "backup.tar")


@pytest.fixture
def server(data_folder):
    """A data folder with people, jobs, a workspace, a record and things that pass."""
    run = data_folder / "workspaces" / "team" / "runs" / "run-1"
    (run / "parts").mkdir(parents=True)
    (run / "manifest.json").write_text('{"title": "Run 1"}')
    (run / "parts" / "weights-äöü.bin").write_bytes(os.urandom(3_000_000))
    (run / "empty").touch()
    (data_folder / "audit.jsonl").write_text('{"event": "login"}\n')
    for passing in ("runs/.new-run-2/x", "runs/.a.123456.tmp", "supervisor.lock", ".ready"):
        path = data_folder / "workspaces" / "team" / passing
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (data_folder / "server.toml").write_text('client_secret = "hunter2"')
    (data_folder / "secrets").mkdir()
    (data_folder / "secrets" / "university").write_text("hunter2")
    store = JobStore(data_folder)
    store.submit("generate", "{}", "Waits", "p-ada")
    running = store.submit("generate", "{}", "Runs", "p-ben")
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("UPDATE jobs SET status = 'running', pid = 1 WHERE id = ?", (running.id,))
    file = people_file(data_folder)
    person = Register(file).add_local("Ada", "ada@lab.org", "hash", "member")
    Sessions(file).begin(person)
    Invitations(file).create(COMMAND_LINE)
    return data_folder


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): checksum(path)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_restored_is_what_was_there(server, tmp_path, name):
    contents = take(tmp_path / name)
    assert restore(tmp_path / name, tmp_path / "again") == contents
    restored = _files(tmp_path / "again")
    assert restored == {name: file.sha256 for name, file in contents.files.items()}
    kept = {name: sha for name, sha in _files(server).items() if name in restored}
    databases = {"jobs.sqlite3", "people.sqlite3"}
    assert {n for n in restored if restored[n] != kept[n]} <= databases
    assert set(restored) == databases | {
        "audit.jsonl",
        "workspaces/team/runs/run-1/empty",
        "workspaces/team/runs/run-1/manifest.json",
        "workspaces/team/runs/run-1/parts/weights-äöü.bin",
    }
    weights = "workspaces/team/runs/run-1/parts/weights-äöü.bin"
    assert (tmp_path / "again" / weights).stat().st_mtime_ns == (
        server / weights
    ).stat().st_mtime_ns


@pytest.mark.parametrize("name", SHAPES)
def test_a_backup_holds_no_secret_and_no_login(server, tmp_path, name):
    contents = take(tmp_path / name)
    assert contents.left_out == ["secrets", "server.toml"]
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    restore(tmp_path / name, tmp_path / "again")
    assert not any(b"hunter2" in p.read_bytes() for p in (tmp_path / "again").rglob("*.*"))
    file = people_file(tmp_path / "again")
    assert [person.name for person in Register(file).list()] == ["Ada"]
    assert len(Invitations(file).list()) == 1
    assert Sessions(file).list() == []
    assert len(Sessions(people_file(server)).list()) == 1


def test_a_job_that_ran_is_lost_in_the_backup_only(server, tmp_path):
    take(tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "again")
    statuses = {job.title: job.status for job in JobStore(tmp_path / "again").list()}
    assert statuses == {"Waits": "queued", "Runs": "lost"}
    assert {job.title: job.status for job in JobStore(server).list()}["Runs"] == "running"


def test_a_second_backup_links_what_has_not_changed(server, tmp_path):
    take(tmp_path / "one")
    (server / "workspaces/team/runs/run-1/manifest.json").write_text('{"title": "New"}')
    take(tmp_path / "two", base=tmp_path / "one")
    run = "data/workspaces/team/runs/run-1"
    one, two = tmp_path / "one" / run, tmp_path / "two" / run
    assert (one / "parts/weights-äöü.bin").samefile(two / "parts/weights-äöü.bin")
    assert not (one / "manifest.json").samefile(two / "manifest.json")
    check(Backup(tmp_path / "one"))
    (one / "parts/weights-äöü.bin").write_bytes(bytes(3_000_000))
    take(tmp_path / "three", base=tmp_path / "one")  # not linked to a damaged file
    check(Backup(tmp_path / "three"))


def _refused(kind: type, *arguments, call=take, **options) -> str:
    with pytest.raises(kind) as caught:
        call(*arguments, **options)
    sentence = str(caught.value)
    assert sentence.endswith((".", "!"))
    assert sentence.count("\n") == 0
    return sentence


def test_where_a_backup_cannot_go(server, tmp_path, monkeypatch):
    take(tmp_path / "one")
    take(tmp_path / "one.tar")
    assert "already" in _refused(InputError, tmp_path / "one")
    assert "in the data folder" in _refused(InputError, server / "backup")
    assert "Hard links" in _refused(InputError, tmp_path / "two", base=tmp_path / "one.tar")
    assert "no backup" in _refused(InputError, tmp_path / "two", base=tmp_path / "none")
    assert "no data folder" in _refused(InputError, tmp_path / "two", folder=tmp_path / "none")
    (tmp_path / "void").mkdir()
    assert "empty" in _refused(InputError, tmp_path / "two", folder=tmp_path / "void")
    usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda path: usage(9e9, 9e9, 1e6))
    assert "too full" in _refused(FailedError, tmp_path / "two")
    assert "too full" in _refused(FailedError, tmp_path / "one", tmp_path / "again", call=restore)
    assert sorted(path.name for path in tmp_path.iterdir() if path != server) == [
        "one",
        "one.tar",
        "void",
    ]


@pytest.mark.parametrize("name", SHAPES)
def test_an_error_on_the_way_leaves_nothing(server, tmp_path, name, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nmr_core.operations.archive._copy", full)
    assert "became full" in _refused(FailedError, tmp_path / name)
    assert [path for path in tmp_path.iterdir() if path != server] == []


def test_a_damaged_database_is_named(server, tmp_path):
    (server / "jobs.sqlite3").write_bytes(os.urandom(40_000))
    assert "repair --set-aside jobs.sqlite3" in _refused(FailedError, tmp_path / "backup")
    assert [path for path in tmp_path.iterdir() if path != server] == []


def _change_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


WEIGHTS = "data/workspaces/team/runs/run-1/parts/weights-äöü.bin"
DAMAGES = {
    "missing": ("backup", lambda b: (b / WEIGHTS).unlink()),
    "shorter": ("backup", lambda b: os.truncate(b / WEIGHTS, 2_000_000)),
    "longer": ("backup", lambda b: (b / WEIGHTS).write_bytes((b / WEIGHTS).read_bytes() + b"x")),
    "another content": ("backup", lambda b: _change_byte(b / WEIGHTS)),
    "no manifest": ("backup", lambda b: (b / "manifest.json").unlink()),
    "half a manifest": ("backup", lambda b: os.truncate(b / "manifest.json", 300)),
    "changed tar": ("backup.tar", _change_byte),
    "no tar": ("backup.tar", lambda b: b.write_bytes(os.urandom(9000))),
    **{
        f"tar without {part:%} of its end": (
            "backup.tar",
            lambda b, part=part: os.truncate(b, round(b.stat().st_size * (1 - part))),
        )
        for part in (0.0005, 0.001, 0.3, 0.9999, 1.0)
    },
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_and_leaves_an_empty_folder(server, tmp_path, damage):
    name, destroy = DAMAGES[damage]
    take(tmp_path / name)
    destroy(tmp_path / name)
    sentence = _refused(FailedError, tmp_path / name, tmp_path / "again", call=restore)
    assert re.search("damaged|not a complete backup", sentence)
    again = tmp_path / "again"
    assert not again.exists() or list(again.iterdir()) == []
    assert main(["backup", "--check", str(tmp_path / name)]) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": FORMAT + 1}, "Install that version"),
        ({"version": "99.0"}, "was taken by version 99.0"),
        ({"files": {"../people": [1]}}, "damaged"),
        ({"files": {"../x": {"size": 0, "sha256": "", "mtime_ns": 0}}}, "cannot be a file"),
        ({"files": {"/x": {"size": 0, "sha256": "", "mtime_ns": 0}}}, "cannot be a file"),
        ({"files": {"a/./x": {"size": 0, "sha256": "", "mtime_ns": 0}}}, "cannot be a file"),
    ],
)
def test_a_manifest_of_another_program_is_refused(server, tmp_path, change, words):
    take(tmp_path / "backup")
    manifest = tmp_path / "backup" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **change}))
    assert words in _refused(FailedError, tmp_path / "backup", tmp_path / "again", call=restore)


def test_only_an_empty_folder_is_restored_into(server, tmp_path):
    take(tmp_path / "backup")
    assert "empty folder only" in _refused(InputError, tmp_path / "backup", server, call=restore)
    half = tmp_path / "half"
    half.mkdir()
    (half / MARK).touch()
    sentence = _refused(FailedError, tmp_path / "backup", half, call=restore)
    assert "not restored to the end" in sentence
    (half / MARK).unlink()
    restore(tmp_path / "backup", half)  # an empty folder, such as a mount


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_what_is_restored_belongs_to_the_user_of_the_server_alone(server, tmp_path, monkeypatch):
    take(tmp_path / "backup")
    before = os.umask(0o022)
    try:
        restore(tmp_path / "backup", tmp_path / "back")
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "back").rglob("*")}
    assert modes == {0}


def test_a_server_does_not_start_on_half_a_folder(data_folder, tmp_path, monkeypatch, capsys):
    data_folder.mkdir()
    (data_folder / MARK).touch()
    config = tmp_path / "server.toml"
    config.write_text('url = "http://localhost:8501"\n')
    for module, name in ((os, "execv"), (front, "serve")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("started"))
    for name in ("NMR_PROFILE", "NMR_SERVER_CONFIG", "FORWARDED_ALLOW_IPS"):
        monkeypatch.setenv(name, "")  # restored after the test
    for command in (["app"], ["serve", "--config", str(config)]):
        assert main(command) == 1
        assert "not restored to the end" in capsys.readouterr().err


def test_what_happens_meanwhile_is_whole_or_absent(server, tmp_path, monkeypatch):
    """A thing is renamed, deleted, made or changed between two looks at the folder."""
    runs = server / "workspaces" / "team" / "runs"
    for name in ("run-2", "run-3"):
        shutil.copytree(runs / "run-1", runs / name)

    def after_the_first_look():
        (runs / "run-2").rename(server / "workspaces" / "team" / "moved")

    def while_things_are_copied():
        shutil.rmtree(runs / "run-3")
        shutil.copytree(runs / "run-1", runs / "run-4")

    def while_the_new_one_is_copied():
        (runs / "run-1" / "manifest.json").write_text('{"title": "Later"}')

    happens = iter((after_the_first_look, while_things_are_copied, while_the_new_one_is_copied))
    seen = backups.look

    def look(root):
        inventory = seen(root)
        next(happens, lambda: None)()
        return inventory

    monkeypatch.setattr(backups, "look", look)
    take(tmp_path / "backup.tar")
    restore(tmp_path / "backup.tar", tmp_path / "again")
    home = tmp_path / "again" / "workspaces" / "team"
    assert sorted(path.name for path in (home / "runs").iterdir()) == ["run-1", "run-4"]
    assert (home / "moved" / "manifest.json").exists()
    assert (home / "runs/run-4/manifest.json").exists()
    assert json.loads((home / "runs/run-1/manifest.json").read_text()) == {"title": "Later"}


def test_a_thing_that_is_never_still_ends_the_backup(server, tmp_path, monkeypatch):
    manifest = server / "workspaces/team/runs/run-1/manifest.json"
    times = itertools.count(1)

    def changing(look):
        def change_and_look(*place):
            manifest.unlink()
            manifest.write_text("{}")
            os.utime(manifest, ns=(next(times),) * 2)
            return look(*place)

        return change_and_look

    for name in ("look", "look_at"):
        monkeypatch.setattr(backups, name, changing(getattr(backups, name)))
    assert "changes all the time" in _refused(FailedError, tmp_path / "backup")
    assert [path for path in tmp_path.iterdir() if path != server] == []
