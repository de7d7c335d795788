"""Workspaces: who sees which, members, titles, ends, and damaged files."""

import os

import pytest

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.spaces import people, registry
from nmr_core.storage.spaces.person import Member
from nmr_core.storage.workspace import in_workspace, server_folder, workspace_id
from tests.spaces.conftest import ADA, ANN, BEN, CY, DEE, EVERYBODY


def _ids(person):
    return [space.id for space in registry.readable(person)]


def test_each_person_has_one_personal_workspace(server):
    home = registry.home_of(ADA)
    assert registry.home_of(ADA) == home
    assert registry.home_of(BEN).id != home.id
    assert registry.role_of(home, ADA) == "owner"
    assert registry.role_of(home, BEN) == "stranger"
    assert _ids(ADA) == [home.id]


def test_a_list_holds_what_one_may_read(team):
    library = registry.library()
    homes = {who.id: registry.home_of(who).id for who in EVERYBODY.values()}
    for who in (ADA, BEN, CY, ANN):
        assert _ids(who) == [homes[who.id], team.id, library.id]
    assert _ids(DEE) == [homes[DEE.id], library.id]
    assert len(registry.readable(None)) == len(homes) + 2


@pytest.mark.parametrize("id", ["home", "team", "none", "..", "a/b"])
def test_what_one_may_not_read_does_not_exist(team, id):
    ids = {"home": registry.home_of(ADA).id, "team": team.id, "none": "no-such"}
    with pytest.raises(InputError) as error:
        registry.find(ids.get(id, id), DEE)
    text = str(error.value).replace(ids.get(id, id), "ID")
    if id in ids:
        assert text == "There is no workspace 'ID' here. Choose one from the list."
    else:
        assert text.startswith("An id has")


def test_names_of_people(server):
    assert people.name_of(ADA.id) == "Ada"
    people.set_source(lambda: [Member(ADA.id, "Ada L.")])
    assert people.name_of(ADA.id) == "Ada L."
    assert people.name_of("p-unknown") == ""


def test_a_team_keeps_an_owner(team):
    with pytest.raises(InputError, match="must have an owner"):
        registry.set_member(team.id, ADA.id, "member")
    with pytest.raises(InputError, match="must have an owner"):
        registry.set_member(team.id, ADA.id, None)
    registry.set_member(team.id, BEN.id, "owner")
    assert registry.role_of(registry.set_member(team.id, ADA.id, None), ADA) == "stranger"


def test_refused_changes(team):
    with pytest.raises(InputError, match="A role must be one of viewer, member, owner"):
        registry.set_member(team.id, BEN.id, "admin")
    with pytest.raises(InputError, match="has no members"):
        registry.set_member(registry.home_of(ADA).id, BEN.id, "viewer")
    for values, message in (
        ({"title": " \n"}, "A title must have 1 to 60"),
        ({"title": "x" * 61}, "got 61"),
        ({"ends": "tomorrow"}, "must look like 2026-12-24"),
        ({"days_kept": -1}, "whole number"),
    ):
        with pytest.raises(InputError, match=message):
            registry.change(team.id, **values)
    with pytest.raises(InputError, match="There is no workspace"):
        registry.change("no-such", title="x")


def test_a_forged_role_counts_nothing(team):
    path = team.folder() / registry.DOCUMENT
    path.write_text(path.read_text().replace('"viewer"', '"admin"'))
    assert registry.role_of(registry.find(team.id), CY) == "stranger"


@pytest.mark.parametrize("text", ["", "[]", '{"kind": "x"}', '{"kind": "team", "members": []}'])
def test_a_damaged_workspace_is_in_no_list(team, text):
    (team.folder() / registry.DOCUMENT).write_text(text)
    assert registry.readable(ADA) == []
    with pytest.raises(InputError, match="There is no workspace"):
        registry.find(team.id, ADA)


@pytest.mark.parametrize("text", ["", "{", '{"kind": "x"}', None])
@pytest.mark.parametrize("make", [registry.library, lambda: registry.home_of(ADA)])
def test_a_damaged_description_is_never_overwritten(server, make, text, monkeypatch):
    path = make().folder() / registry.DOCUMENT
    if text is None:  # it cannot be read for now
        text = path.read_text()
        monkeypatch.setattr(registry, "read_json", _refuse)
        os.utime(path, (1, 1))
    else:
        path.write_text(text)
    with pytest.raises(FailedError, match="repair --set-aside workspaces/"):
        make()
    assert path.read_text() == text


def _refuse(path, what):
    raise FailedError("Too many open files.")


def test_a_lost_description_is_made_anew(server):
    home = registry.home_of(ADA)
    (home.folder() / registry.DOCUMENT).unlink()
    assert registry.home_of(ADA).id == home.id


def test_a_removed_workspace_is_gone(team):
    registry.remove(team.id)
    assert not team.folder().exists()
    with pytest.raises(InputError, match="There is no workspace"):
        registry.find(team.id, ADA)
    with pytest.raises(InputError, match="There is no workspace"):
        registry.remove(team.id)


def test_a_workspace_lies_below_the_folder_of_its_server(server, team):
    assert workspace_id() == ""
    assert server_folder() == server
    with in_workspace(team.folder()):
        assert workspace_id() == team.id
        assert server_folder() == server
        assert _ids(ADA) == [team.id]
