"""Workspaces on the command line and in Python."""

import json
import os

import pytest

import nmr_core as nmr
from nmr_core.cli import main
from nmr_core.jobs import api
from nmr_core.people import Register, people_file
from nmr_core.storage import trash
from nmr_core.storage import workspace as place
from nmr_core.storage.spaces import limits, registry
from tests.spaces.conftest import ADA, BEN
from tests.spaces.things import RUN, put


@pytest.fixture
def say(capsys):
    """``say("workspaces", ...)``: the JSON that a command prints."""

    def run(*arguments):
        assert main([*arguments, "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return run


def test_a_team_is_made_changed_and_listed(server, say):
    (made,) = say("workspaces", "create", "Echo lab", "--owner", ADA.id)
    say("workspaces", "member", "echo lab", BEN.id, "viewer")
    say("workspaces", "end", made["id"], "2026-12-24", "--days-kept", "30")
    (listed,) = say("workspaces")
    assert listed["members"] == {ADA.id: "owner", BEN.id: "viewer"}
    assert (listed["ends"], listed["days_kept"]) == ("2026-12-24", 30)
    (listed,) = say("workspaces", "member", "Echo lab", BEN.id, "none")
    assert listed["members"] == {ADA.id: "owner"}


@pytest.mark.parametrize("way", ["option", "environment"])
def test_a_command_works_in_a_workspace(team, say, monkeypatch, way):
    put(team.folder(), RUN, "run-x")
    before = os.environ["NMR_DATA"]
    if way == "environment":
        monkeypatch.setenv("NMR_WORKSPACE", "Echo lab")
        listed = say("list")
    else:
        listed = say("--workspace", team.id, "list")
    assert listed["data_folder"] == str(team.folder())
    assert "run-x" in [run["id"] for run in listed["runs"]]
    assert os.environ["NMR_DATA"] == before
    monkeypatch.delenv("NMR_WORKSPACE", raising=False)
    assert "run-x" not in [run["id"] for run in say("list")["runs"]]


def test_a_wrong_name_is_a_sentence(team, capsys):
    assert main(["--workspace", "nothing", "list"]) == 2
    assert "There is no workspace 'nothing' here" in capsys.readouterr().err
    registry.create_team("Echo lab", BEN)
    assert main(["--workspace", "Echo lab", "list"]) == 2
    assert "Several workspaces are called" in capsys.readouterr().err


def test_in_python(team):
    with nmr.workspace("Echo lab") as folder:
        assert folder == place.data_folder() == team.folder()
        assert os.environ["NMR_DATA"] == str(folder)
    assert place.data_folder() != team.folder()


def test_copy_usage_limits_and_retention(team, say, capsys):
    put(team.folder(), RUN, "run-x", owner=ADA.id, n_bytes=5000)
    registry.library()
    path = say("--workspace", team.id, "workspaces", "copy", "run", "run-x", "library")["path"]
    assert path.endswith("library/runs/run-x")
    assert say("workspaces", "usage", "library")[0]["id"] == "run-x"
    say("workspaces", "limits", "job_hours=6", "disk_per_person=2e10")
    assert limits.current() == limits.Limits(job_hours=6, disk_per_person=2e10)
    assert say("workspaces", "limits", "job_hours=none")["job_hours"] is None
    registry.change(team.id, ends="2020-01-01")
    assert say("workspaces", "retention")["removals"][0]["id"] == team.id
    assert team.folder().exists()
    assert say("workspaces", "retention", "--apply")["applied"]
    assert not team.folder().exists()
    for wrong in ("speed=1", "job_hours=fast", "job_hours=-1"):
        assert main(["workspaces", "limits", wrong]) == 2
    assert "must be" in capsys.readouterr().err


def test_lists_name_the_owner_and_the_time(team, capsys, monkeypatch):
    ben = Register(people_file(place.server_folder())).add_local("Ben", "b@lab.org", "", "member")
    monkeypatch.setattr(api, "ensure_supervisor", lambda *_: None)
    with nmr.workspace(team.id):
        api.submit("generate", {}, title="Echoes", owner=ben.id)
        trash.discard(put(team.folder(), RUN, "run-x", owner=ben.id), by=ben.id)
    for command, columns in {"list": "owner created", "jobs": "owner", "trash": "owner by"}.items():
        assert main(["--workspace", team.id, command]) == 0
        text = capsys.readouterr().out
        assert set(columns.split()) <= set(text.split())
        assert ("Ben" in text) == (command != "list")
        assert ben.id not in text


def test_the_disk_of_one_workspace_is_set_and_taken_back(team, say, capsys):
    assert say("workspaces", "limits", "--of", "Echo lab", "disk=5e9") == {"disk": 5_000_000_000}
    assert registry.find(team.id).disk == 5_000_000_000
    assert say("workspaces", "limits", "--of", team.id, "disk=none") == {"disk": None}
    for wrong in ("disk=0", "job_hours=2"):
        assert main(["workspaces", "limits", "--of", team.id, wrong]) == 2
    assert limits.current().disk_per_workspace is None
