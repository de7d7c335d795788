"""Jobs of several workspaces in one table: seen by their own, one fair queue over the people."""

import os
import sqlite3
import time
from contextlib import closing

import pytest

from nmr_core import jobs, load_dataset, preset
from nmr_core.errors import InputError
from nmr_core.jobs import expected, processes
from nmr_core.jobs.database import _SCHEMA, LAYOUT
from nmr_core.jobs.expected import Expected
from nmr_core.jobs.store import OVERTAKEN, JobStore
from nmr_core.jobs.supervisor import Supervisor, Watch
from nmr_core.storage.spaces import limits, registry
from nmr_core.storage.spaces.limits import Limits
from nmr_core.storage.spaces.person import Member, acting_as
from nmr_core.storage.workspace import in_workspace

ADA = Member("p-ada", "Ada")


@pytest.fixture
def stores(tmp_path):
    """The store of the server, and those of two workspaces."""
    folders = [tmp_path, tmp_path / "workspaces" / "one", tmp_path / "workspaces" / "two"]
    return [JobStore(folder) for folder in folders]


def _submit(store, owner="ada"):
    return store.submit("selftest", "{}", owner=owner, limit=10_000)


def test_a_workspace_sees_its_own_jobs_and_the_server_all(stores):
    server, one, two = stores
    a, b = _submit(one), _submit(two)
    assert {store.path for store in stores} == {server.folder / "jobs.sqlite3"}
    assert [job.id for job in one.list()] == [a.id]
    assert [job.id for job in two.list("ada")] == [b.id]
    assert [job.id for job in server.list()] == [b.id, a.id]
    assert (server.get(a.id).workspace, one.get(a.id).workspace) == ("one", "one")
    for store, id in ((one, b.id), (two, a.id)):
        for call in (store.get, store.position, store.request_cancel):
            with pytest.raises(InputError, match=f"There is no job {id} here"):
                call(id)
    assert two.queue() == [a.id, b.id]
    assert two.position(b.id) == 2


def test_a_foreign_job_is_not_cancelled_by_its_id(stores):
    _, one, two = stores
    job = _submit(one)
    with pytest.raises(InputError, match="There is no job"):
        two.request_cancel(job.id)
    assert one.get(job.id).status == "queued"


def test_a_table_of_an_earlier_version_gets_the_column_and_stays_readable_to_it(tmp_path):
    path = tmp_path / "jobs.sqlite3"

    insert = "INSERT INTO jobs (id, kind, params, title, owner, status, created)"
    values = " VALUES (?, 'selftest', '{}', 'Old', 'ada', 'queued', 1.0)"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"{_SCHEMA} PRAGMA user_version = {LAYOUT.version};")
        db.execute(insert + values, ("job-old",))
        db.commit()
    store = JobStore(tmp_path)
    assert store.get("job-old").workspace == ""
    assert len(store.list()) == 1
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (LAYOUT.version,)
        db.execute(insert + values, ("job-older",))
        db.commit()
    assert [job.id for job in store.list()] == ["job-older", "job-old"]


def test_turns_are_those_of_people_in_whatever_workspace(stores):
    server, one, two = stores
    first = [_submit(one), _submit(two), _submit(one)]
    other = _submit(two, "ben")
    assert server.claim("here").id == first[0].id
    assert server.claim("here").id == other.id


@pytest.mark.parametrize("n_slots", [1, 3])
def test_newcomers_do_not_overtake_for_ever(stores, n_slots):
    """One slot and a new person for each job that ends: who was served once waited without end."""
    server, one, two = stores
    _submit(one)
    server.claim("here")
    waiting = _submit(one)
    running = ["ada"]
    for n in range(50):
        _submit(two, f"new-{n}")
        if len(running) >= n_slots:
            done = server.running()[0]
            server.finish(done.id, "done")
            running.pop()
        started = server.claim("here")
        running.append(started.owner)
        if started.id == waiting.id:
            break
    assert n <= OVERTAKEN


def test_without_pressure_the_person_who_runs_less_goes_first(stores):
    server, one, two = stores
    for _ in range(4):
        _submit(one)
    ids = [server.claim("here").owner for _ in range(2)]
    _submit(two, "ben")
    assert ids == ["ada", "ada"]
    assert server.claim("here").owner == "ben"


def test_a_person_has_at_most_so_many_running_jobs(stores):
    server, one, two = stores
    for store in (one, two, one):
        _submit(store)
    other = _submit(two, "ben")
    assert server.claim("here", most=1).owner == "ada"
    assert server.claim("here", most=1).id == other.id
    assert server.claim("here", most=1) is None
    assert server.claim("here", most=2).owner == "ada"


def test_when_a_job_starts(stores):
    server, one, two = stores
    done = _submit(one)
    server.claim(processes.HOST)
    time.sleep(0.01)
    server.attach(done.id, processes.HOST, 1, 1.0)
    server.finish(done.id, "done")
    running, *queued = [_submit(two, owner) for owner in ("ada", "ben", "cy", "dee")]
    server.claim(processes.HOST)
    for job, seconds in zip((running, *queued), (100.0, 50.0, 20.0, 10.0), strict=True):
        expected.store(job.id, Expected("selftest", seconds, "x"), server.folder)
    found = expected.starts(server.list(), server.queue(), 1, server.folder)
    times = [found[job.id] for job in queued]
    assert times[0] == pytest.approx(100, rel=0.2)
    assert times[1] - times[0] == pytest.approx(54, rel=0.2)  # the mean of the range
    assert times[2] - times[1] == pytest.approx(22, rel=0.2)
    both = expected.starts(server.list(), server.queue(), 2, server.folder)
    assert [both[job.id] for job in queued] == pytest.approx([0, 54, 76], rel=0.25, abs=1)


def test_nothing_is_promised_where_nothing_is_known(stores):
    server, one, _ = stores
    _submit(one)
    server.claim("here")
    queued = _submit(one)
    assert expected.starts(server.list(), [queued.id], 1, server.folder) == {}


def test_a_job_that_runs_for_too_long_is_stopped(data):
    store = JobStore(data)
    job = store.submit("selftest", "{}")
    store.claim(processes.HOST)
    limits.store(Limits(job_hours=1), data)
    me = os.getpid()
    store.attach(job.id, processes.HOST, me, processes.start_time(me))
    supervisor = Supervisor(data)
    supervisor.watches[job.id] = Watch(store.get(job.id), lasted=3599.0)
    supervisor.tick(0.5)
    assert not store.get(job.id).cancel_requested
    supervisor.tick(1.0)
    assert store.get(job.id).cancel_requested
    assert store.get(job.id).error == "It ran for longer than a job may, 1 h."


@pytest.fixture
def team(data, monkeypatch):
    monkeypatch.setenv("NMR_DATA", str(data))
    return registry.create_team("Echo lab", ADA)


def test_a_job_works_in_its_workspace_for_its_owner(team, data):
    """With real processes: the data set lies in the workspace, and the log with the server."""
    params = {
        "preset": preset("ml4sci_2020_secular").fix(n_x=4, n_y=4, tau=5.0).to_dict(),
        "n_samples": 4,
        "seed": 0,
        "dataset": "ds-small",
    }
    with in_workspace(team.folder()) as folder, acting_as(ADA):
        job = jobs.submit("generate", params)
        job = jobs.wait(job.id, 90)
        assert (job.status, job.error) == ("done", None)
        assert load_dataset("ds-small").manifest.owner == ADA.id
    assert (folder / "datasets" / "ds-small" / "manifest.json").exists()
    assert not (data / "datasets").exists()
    assert (data / "jobs" / f"{job.id}.log").exists()
    assert not (folder / "jobs.sqlite3").exists()


def test_the_job_of_a_removed_workspace_says_so(team, data):
    with in_workspace(team.folder()):
        job = JobStore(team.folder()).submit("selftest", "{}")
    registry.remove(team.id)
    jobs.ensure_supervisor(data)
    job = jobs.wait(job.id, 60, folder=data)
    assert (job.status, job.error) == (
        "failed",
        "The workspace of this job was removed. Start it in another one.",
    )
