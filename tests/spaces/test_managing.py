"""Who changes a workspace: the right is that in the workspace which is changed."""

from dataclasses import replace

import pytest

from nmr_core.errors import InputError
from nmr_core.storage.spaces import managing, registry
from nmr_core.storage.spaces.handover import hand_over
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace
from tests.spaces.conftest import ADA, BEN, CY

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
