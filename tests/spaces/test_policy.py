"""Action x role, written out by hand: "." nothing, "o" own things, "a" all things."""

import pytest

from nmr_core.errors import InputError
from nmr_core.storage.audit import Audit
from nmr_core.storage.spaces import person, registry, rights
from nmr_core.storage.spaces.messages import messages_for
from nmr_core.storage.spaces.person import Member, acting_as, working_for
from nmr_core.storage.spaces.policy import ACTIONS, ROLES, allowed, needs_reason
from nmr_core.storage.workspace import data_folder, in_workspace
from tests.spaces.conftest import ADA, ANN, BEN, CY, DEE, EVERYBODY

ORDER = ("read", "create", "cancel", "delete", "rename", "annotate", "publish", "manage")
RIGHTS = {
    "stranger": "........",
    "viewer": "a.......",
    "member": "aaooooo.",
    "owner": "aaaaaaaa",
    "admin": "aaaaaaaa",
}
CASES = [
    (role, action, RIGHTS[role][column]) for role in RIGHTS for column, action in enumerate(ORDER)
]


def test_the_table_here_is_complete():
    assert set(ORDER) == set(ACTIONS)
    assert set(RIGHTS) == set(ROLES)


@pytest.mark.parametrize(("role", "action", "right"), CASES)
def test_action_and_role(role, action, right):
    assert allowed(role, action, own=True) == (right in "oa")
    assert allowed(role, action, own=False) == (right == "a")


@pytest.mark.parametrize(("role", "action", "right"), CASES)
@pytest.mark.parametrize("own", [True, False])
def test_the_core_enforces_it(inside, role, action, right, own):
    who = EVERYBODY[role]
    owner = who.id if own else "p-another"
    with acting_as(who):
        assert rights.may(action, owner) == allowed(role, action, own=own)
        with rights.because("it is broken"):
            if allowed(role, action, own=own):
                rights.check(action, owner, "the run X")
            else:
                with pytest.raises(rights.RefusedError):
                    rights.check(action, owner, "the run X")


@pytest.mark.parametrize("who", [ADA, ANN])
@pytest.mark.parametrize("action", ["cancel", "delete", "rename", "annotate"])
def test_a_change_of_another_persons_thing_needs_a_reason_that_they_see(inside, who, action):
    with acting_as(who):
        assert rights.reason_needed(action, BEN.id)
        refusal = pytest.raises(rights.RefusedError, match="belongs to Ben, who will see why")
        with refusal, rights.because("  "):
            rights.check(action, BEN.id, "the run X")
        assert messages_for(BEN.id) == []
        with rights.because("wrong preset"):
            rights.check(action, BEN.id, "the run X")
    (message,) = messages_for(BEN.id)
    assert message.by == who.name
    assert message.text.endswith("the run X: wrong preset")


def test_own_things_need_no_reason():
    for role in ROLES:
        assert not any(needs_reason(role, action, own=True) for action in ACTIONS)


def test_things_without_an_owner_belong_to_the_owners_of_the_workspace(inside):
    with acting_as(BEN), pytest.raises(rights.RefusedError, match="belongs to the workspace"):
        rights.check("delete", "", "the run X")
    with acting_as(ADA):
        rights.check("delete", "", "the run X")


def test_a_disabled_person_is_a_stranger(inside):
    with acting_as(Member(ADA.id, "Ada", disabled=True)):
        assert not any(rights.may(action) for action in ACTIONS)
        with pytest.raises(rights.RefusedError, match="There is no workspace"):
            rights.check("read")


def test_a_stranger_is_told_what_a_missing_workspace_is_told(team, inside):
    with acting_as(DEE), pytest.raises(rights.RefusedError) as refusal:
        rights.check("delete", DEE.id, "the run X")
    with pytest.raises(InputError) as missing:
        registry.find("space-that-is-not-there", DEE)
    assert str(refusal.value).replace(team.id, "ID") == str(missing.value).replace(
        "space-that-is-not-there", "ID"
    )


def test_without_a_server_everything_is_allowed(data_folder):
    assert all(rights.may(action, "anybody") for action in ACTIONS)
    rights.check("delete", "anybody", "the run X")


def test_a_server_that_knows_no_person_allows_nothing(inside):
    person.set_resolver(lambda: None)
    assert not any(rights.may(action) for action in ACTIONS)


def test_the_plain_data_folder_of_a_server_is_its_administrators(server):
    assert data_folder() == server
    with acting_as(ANN):
        assert rights.may("delete", "anybody")
    with acting_as(ADA):
        assert not rights.may("read")


def test_a_job_works_for_a_person_whose_rights_were_checked(inside):
    person.set_resolver(lambda: None)
    with working_for(CY.id):
        assert rights.may("create")
        assert person.owner_now() == CY.id
    assert not rights.may("create")


def test_after_its_end_a_workspace_can_be_read_and_cleared(team, inside):
    registry.change(team.id, ends="2020-01-31")
    with acting_as(BEN):
        assert rights.may("read")
        assert rights.may("delete", BEN.id)
        with pytest.raises(rights.RefusedError, match="ended on 2020-01-31 and can only be read"):
            rights.check("create")


def test_every_decision_is_recorded(inside, server, team):
    with acting_as(BEN):
        rights.check("create", None, "the run X", kind="run", id="x")
        with pytest.raises(rights.RefusedError) as refused:
            rights.check("delete", ADA.id, "the run X", kind="run", id="x")
    refusal, creation = Audit(server).newest(2)
    assert creation["action"] == "create"
    assert refusal["action"] == "delete"
    for entry, ok, reason in ((creation, True, ""), (refusal, False, str(refused.value))):
        assert (entry["person"], entry["role"], entry["workspace"]) == (BEN.id, BEN.role, team.id)
        assert (entry["kind"], entry["id"]) == ("run", "x")
        assert (entry["ok"], entry["reason"]) == (ok, reason)


def test_everybody_reads_the_library_and_only_its_members_add_to_it(server):
    library = registry.library()
    registry.set_member(library.id, BEN.id, "member")
    with in_workspace(library.folder()):
        for one in (ADA, CY, DEE):
            with acting_as(one):
                assert rights.may("read")
                assert not rights.may("create")
        with acting_as(BEN):
            assert rights.may("create")
