"""Who changes a workspace: the right is that in the workspace which is changed."""

from dataclasses import replace

import pytest

from nmr_core.cli import main
from nmr_core.errors import InputError
from nmr_core.storage.audit import Audit
from nmr_core.storage.spaces import managing, registry
from nmr_core.storage.spaces.handover import hand_over
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace
from tests.spaces.conftest import ADA, ANN, BEN, CY, DEE

GONE = replace(ADA, disabled=True)
CHANGES = {
    "member": lambda id: managing.set_member(id, BEN.id, "owner"),
    "change": lambda id: managing.change(id, title="Mine"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_owner_of_one_team_changes_no_other(team, name):
    own = registry.create_team("Of Ben", BEN)
    with in_workspace(own.folder()), acting_as(BEN):
        with pytest.raises(InputError, match="A member may not manage"):
            CHANGES[name](team.id)
        CHANGES[name](own.id)
    assert registry.find(team.id) == team


@pytest.mark.parametrize("name", CHANGES)
def test_a_team_does_not_exist_for_a_stranger(team, name):
    registry.set_member(team.id, BEN.id, None)
    with acting_as(BEN), pytest.raises(InputError, match="There is no workspace"):
        CHANGES[name](team.id)


def test_a_place_that_was_taken_away_meanwhile_is_not_handed_over(team):
    changed = registry.set_member(team.id, BEN.id, "owner")
    changed = registry.set_member(team.id, ADA.id, None)
    assert registry.pass_on(team.id, GONE, CY) == changed
    assert "Echo lab" not in hand_over(GONE, CY).workspaces


@pytest.mark.parametrize(
    ("who", "title", "reason", "sentence"),
    [
        (BEN, "Echo lab", "Over", "belongs to the workspace"),
        (DEE, "Echo lab", "Over", "There is no workspace"),
        (ADA, "Echo", "Over", 'Type the title "Echo lab"'),
        (ADA, "Echo lab", " ", "A reason must be given"),
    ],
)
def test_a_workspace_is_not_removed(team, who, title, reason, sentence):
    with acting_as(who), pytest.raises(InputError, match=sentence):
        managing.remove(team.id, title, reason)
    assert registry.find(team.id) == team


@pytest.mark.parametrize("who", [ADA, ANN])
def test_an_owner_or_an_administrator_removes_a_team_with_a_reason(team, server, who):
    with acting_as(who):
        managing.remove(team.id, "Echo lab", "The course is over")
    assert not team.folder().exists()
    (entry,) = Audit(server).newest(action="delete")
    assert (entry["person"], entry["reason"]) == (who.id, "The course is over")


def test_neither_a_personal_workspace_nor_the_library_is_removed(server):
    for space in (registry.home_of(ADA), registry.library()):
        with acting_as(ANN), pytest.raises(InputError, match="Only a team's"):
            managing.remove(space.id, space.title, "Over")


def test_the_command_removes(team):
    command = ["workspaces", "remove", "Echo lab", "--reason", "Over", "--confirm"]
    assert main([*command, "Echo"]) == 2
    assert main([*command, "Echo lab"]) == 0
    assert not team.folder().exists()
