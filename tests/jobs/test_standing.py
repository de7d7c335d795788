"""What happens in the middle of a job: its owner is disabled or no member any more, its workspace
is removed, the disk allowance is lowered.
"""

import json
import shutil

import pytest

from nmr_core.jobs import standing
from nmr_core.jobs.handlers import HANDLERS
from nmr_core.jobs.store import JobStore
from nmr_core.jobs.supervisor import CHECK, Supervisor, Watch
from nmr_core.jobs.worker import Reporter, _outcome
from nmr_core.people import Register, people_file
from nmr_core.storage.spaces import limits, registry
from nmr_core.storage.spaces.limits import Limits
from nmr_core.storage.workspace import datasets_folder
from tests.spaces.things import DATASET, put


class Server:
    """A server with Zoë (owner) and Ben (member) in a team, and a job of Ben."""

    def __init__(self, folder):
        self.folder = folder
        self.register = Register(people_file(folder))
        self.zoe = self.register.add_local("Zoë", "zoe@lab.org", "hash", "member")
        self.ben = self.register.add_local("Ben", "ben@lab.org", "hash", "member")
        self.team = registry.create_team("Echo lab", self.zoe)
        registry.set_member(self.team.id, self.ben.id, "member")
        self.space = self.team.folder()
        self.job = JobStore(self.space).submit("selftest", "{}", "Long work", self.ben.id)
        self.store = JobStore(folder)

    def disable(self):
        self.register.set_disabled(self.ben.id, True)

    def take_out(self):
        registry.set_member(self.team.id, self.ben.id, None)

    def make_viewer(self):
        registry.set_member(self.team.id, self.ben.id, "viewer")

    def remove_workspace(self):
        registry.remove(self.team.id)


CHANGES = {
    "disable": standing.DISABLED,
    "take_out": standing.NO_MEMBER,
    "make_viewer": standing.NO_MEMBER,
    "remove_workspace": standing.REMOVED,
}
"""What is done meanwhile -> the sentence."""


@pytest.fixture
def server(data_folder) -> Server:
    return Server(data_folder)


def test_a_member_has_the_job_done(server):
    assert standing.problem(server.job, server.folder) == ""
    server.store.claim("here")
    assert _outcome(server.job, Reporter(server.store, server.job.id))[0] == "done"


@pytest.mark.parametrize("change", CHANGES)
def test_a_waiting_job_fails_with_the_sentence(server, change):
    getattr(server, change)()
    outcome = _outcome(server.job, Reporter(server.store, server.job.id))
    assert outcome == ("failed", CHANGES[change], None)
    assert change != "remove_workspace" or not server.space.exists()


@pytest.mark.parametrize("change", CHANGES)
def test_a_running_job_is_cancelled_with_the_sentence(server, change, capsys, monkeypatch):
    job = server.store.claim("here")
    supervisor = Supervisor(server.folder)
    watch = supervisor.watches[job.id] = Watch(job)
    supervisor._stop_if_refused(watch, CHECK)
    assert not server.store.get(job.id).cancel_requested
    getattr(server, change)()
    supervisor._stop_if_refused(watch, CHECK / 2)
    assert not server.store.get(job.id).cancel_requested
    supervisor._stop_if_refused(watch, CHECK)
    assert server.store.get(job.id).cancel_requested
    assert server.store.get(job.id).error == CHANGES[change]
    assert capsys.readouterr().err == f"{job.id} is cancelled: {CHANGES[change]}\n"


@pytest.mark.parametrize("ends_well", [True, False])
def test_a_workspace_removed_meanwhile_does_not_come_back(server, monkeypatch, ends_well):
    def handle(params, progress):
        server.remove_workspace()
        put(datasets_folder().parent, DATASET, "ds-late")
        if not ends_well:
            raise OSError("The folder is gone.")
        return {}

    monkeypatch.setitem(HANDLERS, "selftest", handle)
    status, error, result = _outcome(server.job, Reporter(server.store, server.job.id))
    assert (status, result) == ("failed", None)
    assert error == standing.REMOVED
    assert not server.space.exists()


def test_a_workspace_whose_description_is_damaged_keeps_its_things(server):
    put(server.space, DATASET, "ds-own")
    for name in ("workspace.json", "workspace.json.damaged-1"):
        (server.space / "workspace.json").rename(server.space / name)
        (server.space / name).write_text("[")
        standing.clear(server.job, server.folder)
        assert standing.problem(server.job, server.folder) == ""
        assert (server.space / "datasets" / "ds-own").is_dir()
        (server.space / name).rename(server.space / "workspace.json")


def test_a_workspace_without_a_description_keeps_its_things(server):
    put(server.space, DATASET, "ds-own")
    (server.space / "workspace.json").unlink()
    standing.clear(server.job, server.folder)
    assert standing.problem(server.job, server.folder) == ""
    assert (server.space / "datasets" / "ds-own").is_dir()


def test_a_removed_workspace_that_was_put_back_keeps_its_things(server, tmp_path):
    shutil.copytree(server.space, tmp_path / "backup")
    registry.remove(server.team.id)
    assert standing.problem(server.job, server.folder) == standing.REMOVED
    shutil.copytree(tmp_path / "backup", server.space)
    standing.clear(server.job, server.folder)
    (server.space / "workspace.json").unlink()
    standing.clear(server.job, server.folder)
    assert server.space.is_dir()


def test_a_home_made_anew_after_its_removal_is_not_removed(server):
    home = registry.home_of(server.ben)
    registry.remove(home.id)
    assert registry.was_removed(home.id)
    assert registry.home_of(server.ben).id == home.id
    (home.folder() / "workspace.json").unlink()
    assert not registry.was_removed(home.id)


def test_a_lowered_allowance_fails_the_job_with_the_numbers(server, monkeypatch):
    put(server.space, DATASET, "ds-own", owner=server.ben.id, n_bytes=5_000_000)
    limits.store(Limits(disk_per_person=4e6))
    params = {"dataset": "ds-new", "preset": {"name": "ml4sci_2020"}, "n_samples": 50, "seed": 0}
    job = JobStore(server.space).submit("generate", json.dumps(params), "More", server.ben.id)
    status, error, _ = _outcome(job, Reporter(server.store, job.id))
    assert status == "failed"
    assert "Your things take 5.0 MB of 4.0 MB" in error


def test_a_job_of_one_user_is_never_stopped(data_folder):
    store = JobStore(data_folder)
    assert standing.problem(store.submit("selftest", "{}", "Work", "cookie"), data_folder) == ""
