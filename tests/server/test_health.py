"""/readyz names what is missing; /metrics is text of OpenMetrics for administrators."""

import os
import re
import time

import pytest

from nmr_core.jobs import metrics, presence, readiness
from nmr_core.jobs.store import JobStore
from nmr_core.storage.spaces import maintenance
from tests.server.conftest import URL

SAMPLE = r'([a-z_]+)(\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? (\d\S*)'
"""A line with a number: name, labels, value."""
CHECKS = {"folder", "disk", "jobs", "supervisor"}


@pytest.fixture
def ready(house, monkeypatch):
    """``ready()``: (status, content) of /readyz."""
    monkeypatch.setenv("NMR_DATA", str(house.team.folder))
    monkeypatch.setenv("NMR_WORKERS", "1")

    def asked():
        answer = house.ask("GET", "/readyz")
        return answer.status_code, answer.json()

    return asked


def test_a_sound_server_is_ready(ready):
    assert ready() == (200, {"ready": True, "maintenance": False, **dict.fromkeys(CHECKS, True)})


def test_a_silent_supervisor_is_named_while_jobs_wait(ready, house):
    JobStore(house.team.folder).submit("selftest", "{}")
    status, content = ready()
    assert (status, content["supervisor"]) == (503, False)
    presence.announce(house.team.folder, os.getpid(), time.time())
    assert ready()[0] == 200


def test_a_table_of_jobs_that_cannot_be_written_is_named(ready, house, monkeypatch):
    store = JobStore(house.team.folder)
    store.submit("selftest", "{}")
    presence.announce(house.team.folder, os.getpid(), time.time())
    store.path.write_bytes(b"no table" * 1000)
    status, content = ready()
    assert (status, content["jobs"]) == (503, False)


def test_free_space_is_compared_with_the_configuration(house_with, monkeypatch):
    house = house_with(f'url = "{URL}"\n[ready]\nfree_megabytes = 999999\n')
    monkeypatch.setattr(readiness, "free", lambda folder: 5e10)
    answer = house.ask("GET", "/readyz")
    assert (answer.status_code, answer.json()["disk"]) == (503, False)


def test_maintenance_is_named_and_the_server_ready(ready):
    maintenance.begin("A new disk, see the letter")
    status, content = ready()
    assert (status, content["ready"], content["maintenance"]) == (200, True, True)
    assert "letter" not in str(content), "anyone may ask"


def test_metrics_are_text_of_openmetrics(house, monkeypatch):
    monkeypatch.setenv("NMR_DATA", str(house.team.folder))
    JobStore(house.team.folder).submit("selftest", "{}")
    chief = house.cookie(house.person("Max", "admin"))
    answer = house.ask("GET", "/metrics", chief)
    assert answer.headers["content-type"] == metrics.CONTENT_TYPE
    lines = answer.text.splitlines()
    assert lines[-1] == "# EOF"
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families))
    for line in lines[:-1]:
        if not line.startswith("#"):
            sample = re.fullmatch(
                r'([a-z_]+)(\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? (\d\S*)', line
            )
            assert sample, line
            assert [name for name in families if sample[1].startswith(name)], line
            float(sample[3])
    for expected in (
        'spin_echo_lab_jobs{status="queued"} 1',
        "spin_echo_lab_people_logged_in 1",
        "spin_echo_lab_maintenance 0",
        'spin_echo_lab_page_run_seconds_bucket{process="0",le="+Inf"}',
    ):
        assert expected in answer.text
    assert house.ask("GET", "/metrics", house.cookie(house.person())).status_code == 404
