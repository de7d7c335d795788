"""Retention: a dry run first; old things go to the trash, a workspace goes after its end."""

import os
import time
from datetime import date, timedelta

import pytest

from nmr_core.jobs import api
from nmr_core.jobs.uses import is_used
from nmr_core.storage import trash
from nmr_core.storage.spaces import registry, retention
from nmr_core.storage.workspace import in_workspace
from tests.spaces.conftest import ADA
from tests.spaces.things import CALIBRATION, DATASET, RUN, put

DAY = 86400.0


@pytest.fixture
def old(team, inside):
    """A workspace that keeps things for 30 days: two runs of 40 days, of which one was calibrated
    lately, and a new data set.
    """
    registry.change(team.id, days_kept=30)
    for id in ("run-old", "run-used"):
        _age(put(inside, RUN, id, owner=ADA.id) / RUN.document, 40)
    put(inside, CALIBRATION, "run-used", owner=ADA.id)
    put(inside, DATASET, "ds-new", owner=ADA.id)
    return inside


def _age(path, days):
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def test_a_plan_changes_nothing(old):
    (removal,) = retention.plan()
    assert (removal.kind, removal.id, removal.owner) == ("run", "run-old", ADA.id)
    assert removal.n_bytes > 100
    assert (old / "runs" / "run-old").exists()
    assert next(r.id for r in retention.upcoming(registry.at(old))) == "run-old"


def test_carried_out_it_goes_to_the_trash(old):
    plan = retention.plan()
    assert retention.carry_out(plan) == plan
    assert not (old / "runs" / "run-old").exists()
    assert (old / "runs" / "run-used").exists()
    (entry,) = trash.entries()
    assert (entry.id, entry.by) == ("run-old", "retention")
    assert retention.carry_out(plan) == []


def test_what_was_changed_or_is_in_use_stays(old):
    plan = retention.plan()
    assert retention.carry_out(plan, lambda id, folder: folder == old) == []
    (old / "runs" / "run-old" / RUN.document).touch()
    assert retention.carry_out(plan) == []
    assert (old / "runs" / "run-old").exists()


def test_without_days_nothing_is_due(team, inside):
    _age(put(inside, RUN, "run-old") / RUN.document, 4000)
    assert retention.plan() == []


@pytest.mark.parametrize(("days_ago", "is_due"), [(1, False), (14, False), (16, True)])
def test_a_workspace_is_removed_two_weeks_after_its_end(team, inside, days_ago, is_due):
    put(inside, RUN, "run-x")
    registry.change(team.id, ends=(date.today() - timedelta(days=days_ago)).isoformat())
    plan = retention.plan()
    assert [removal.kind for removal in plan] == ["workspace"] * is_due
    assert retention.removed_on(registry.find(team.id)) == date.today() + timedelta(
        days=retention.GRACE - days_ago
    )
    retention.carry_out(plan)
    assert inside.exists() != is_due


def test_what_was_restored_is_not_removed_again(old):
    plan = retention.plan()
    retention.carry_out(plan)
    trash.restore("run", "run-old")
    assert retention.plan() == []


def test_an_ended_workspace_stays_while_a_job_is_alive_in_it(team, inside, monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "0")
    job = api.submit("selftest", {})
    registry.change(team.id, ends=(date.today() - timedelta(days=30)).isoformat())
    assert retention.carry_out(retention.plan(), is_used) == []
    assert inside.exists()
    api.cancel(job.id)
    assert len(retention.carry_out(retention.plan(), is_used)) == 1
    assert not inside.exists()


def test_other_workspaces_are_left_alone(old):
    home = registry.home_of(ADA).folder()
    with in_workspace(home):
        _age(put(home, RUN, "run-home") / RUN.document, 400)
    retention.carry_out(retention.plan())
    assert (home / "runs" / "run-home").exists()
