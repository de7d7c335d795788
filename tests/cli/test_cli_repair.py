"""``repair``: damaged files are named and moved aside, sound ones are not."""

import pytest

from nmr_core.jobs.store import JobStore
from nmr_core.people import Register, people_file
from nmr_core.storage.spaces import registry


@pytest.fixture
def server(data_folder):
    """A server with a job, a person and a team."""
    JobStore(data_folder).submit("selftest", "{}", "A job")
    zoe = Register(people_file(data_folder)).add_local("Zoë", "zoe@lab.org", "hash", "member")
    return registry.create_team("Echo lab", zoe).folder() / "workspace.json"


def test_a_sound_folder_is_said_to_be_so(cli, server):
    answer = cli("repair", "--json")
    assert answer.code == 0
    assert [part["problem"] for part in answer.json] == ["", "", ""]


@pytest.mark.parametrize("name", ["jobs.sqlite3", "people.sqlite3", "workspace"])
def test_a_damaged_file_is_found_and_moved_aside(cli, server, data_folder, name):
    path = server if name == "workspace" else data_folder / name
    file = str(path.relative_to(data_folder))
    for left in data_folder.glob(f"{name}-*"):
        left.unlink()
    path.write_bytes(b"nonsense" * 1000)
    answer = cli("repair", "--json")
    assert answer.code == 1
    assert [part["file"] for part in answer.json if part["problem"]] == [file]
    moved = cli("repair", "--set-aside", file, "--json").json["moved"]
    assert path.with_name(moved).read_bytes() == b"nonsense" * 1000
    assert cli("repair").code == 0
    assert JobStore(data_folder).list() == [] or name != "jobs.sqlite3"


def test_a_lost_description_makes_a_team_without_members(cli, server, data_folder):
    server.write_text("[")
    cli("repair", "--set-aside", str(server.relative_to(data_folder)))
    workspace = registry.find(server.parent.name)
    assert (workspace.kind, workspace.members) == (registry.TEAM, {})


def test_a_sound_file_is_not_moved(refused, server):
    assert "jobs.sqlite3 is sound" in refused(1, "repair", "--set-aside", "jobs.sqlite3")
    assert "must be one of the list" in refused(2, "repair", "--set-aside", "limits.json")
