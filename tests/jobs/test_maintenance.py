"""During maintenance running jobs finish, waiting ones wait, new ones are refused."""

import pytest

from nmr_core.jobs import api
from nmr_core.jobs.job import Job
from nmr_core.jobs.supervisor import Supervisor
from nmr_core.storage.audit import Audit
from nmr_core.storage.audit.noting import COMMAND_LINE, SERVER, set_author
from nmr_core.storage.spaces import maintenance, registry


@pytest.fixture
def supervisor(data_folder, monkeypatch):
    """A supervisor whose jobs start no process."""
    monkeypatch.setenv("NMR_WORKERS", "0")
    started: list[Job] = []
    supervisor = Supervisor(data_folder)
    supervisor.slots = 1
    monkeypatch.setattr(supervisor, "_start", started.append)
    monkeypatch.setattr(supervisor, "_look_after", lambda *_: None)
    supervisor.started = started
    return supervisor


def test_waiting_jobs_wait_until_it_ends(supervisor):
    job = api.submit("selftest", {})
    maintenance.begin("A new disk")
    supervisor.tick(1.0)
    assert (supervisor.started, api.get(job.id).status) == ([], "queued")
    with pytest.raises(maintenance.MaintenanceError, match="A new disk"):
        api.submit("selftest", {})
    maintenance.end()
    supervisor.tick(1.0)
    assert [one.id for one in supervisor.started] == [job.id]


def test_what_the_supervisor_cancels_is_recorded(supervisor, data_folder):
    registry.library()
    job = api.submit("selftest", {})
    set_author(SERVER)
    try:
        supervisor._cancel(job.id, "It ran for longer than a job may, 2 h.")
    finally:
        set_author(COMMAND_LINE)
    (entry,) = Audit(data_folder).newest(action="cancel")
    assert (entry["person"], entry["id"]) == ("server", job.id)
    assert entry["reason"] == "It ran for longer than a job may, 2 h."
