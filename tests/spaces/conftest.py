"""A server with Ada (owner), Ben (member), Cy (viewer), Dee (stranger), Ann (administrator)."""

import pytest

from nmr_core.storage.spaces import people, person, registry
from nmr_core.storage.spaces.person import Member
from nmr_core.storage.workspace import in_workspace

ADA, BEN, CY, DEE = (Member(f"p-{name.lower()}", name) for name in ("Ada", "Ben", "Cy", "Dee"))
ANN = Member("p-ann", "Ann", role="admin")
EVERYBODY = {"owner": ADA, "member": BEN, "viewer": CY, "stranger": DEE, "admin": ANN}


@pytest.fixture(autouse=True)
def without_a_resolver():
    yield
    person.set_resolver(None)
    people.set_source(None)


@pytest.fixture
def server(data_folder):
    """The server's folder, whose people have names."""
    data_folder.mkdir(parents=True, exist_ok=True)
    people.set_source(EVERYBODY.values)
    return data_folder


@pytest.fixture
def team(server):
    """A team of Ada (owner), Ben (member) and Cy (viewer)."""
    space = registry.create_team("Echo lab", ADA)
    registry.set_member(space.id, BEN.id, "member")
    return registry.set_member(space.id, CY.id, "viewer")


@pytest.fixture
def inside(team):
    """The team's data folder, entered."""
    with in_workspace(team.folder()) as folder:
        yield folder
