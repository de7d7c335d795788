"""What a person owned goes to another one, when the person has left."""

import json
from dataclasses import replace

import pytest

from nmr_core.cli import main
from nmr_core.errors import InputError
from nmr_core.people import Register, people_file
from nmr_core.storage.kinds import KINDS, RUN
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.handover import hand_over
from tests.spaces.conftest import ADA, BEN, CY
from tests.spaces.things import put

GONE = replace(ADA, disabled=True)


def _owners(space) -> set[str]:
    documents = space.folder().glob("*/*/*.json")
    return {json.loads(path.read_text())["owner"] for path in documents}


def test_every_kind_and_place_of_a_person_goes_to_another(team):
    home = registry.home_of(ADA)
    for space in (home, team):
        for kind in KINDS.values():
            put(space.folder(), kind, f"{kind.name}-a", owner=ADA.id)
    put(team.folder(), RUN, "run-of-cy", owner=CY.id)
    registry.library()
    registry.set_member("library", ADA.id, "member")
    result = hand_over(GONE, BEN)
    assert result.n_things == 2 * len(KINDS)
    assert result.workspaces == ("Ada, handed over", "Library", "Echo lab")
    assert _owners(registry.find(home.id)) == {BEN.id}
    assert _owners(team) == {BEN.id, CY.id}
    assert registry.find(team.id).members == {BEN.id: "owner", CY.id: "viewer"}
    assert registry.find("library").members == {BEN.id: "member"}
    assert home.id in [space.id for space in registry.readable(BEN)]
    assert hand_over(GONE, BEN).n_things == 0


def test_who_comes_back_begins_with_an_empty_workspace(team):
    home = registry.home_of(ADA)
    hand_over(GONE, BEN)
    again = registry.home_of(ADA)
    assert again.id != home.id
    assert registry.home_of(ADA) == again
    assert registry.role_of(registry.find(home.id), ADA) == "stranger"


@pytest.mark.parametrize(
    ("leaving", "heir", "sentence"),
    [
        (ADA, BEN, "Ada must be disabled before"),
        (GONE, replace(BEN, disabled=True), "must go to another person"),
        (GONE, GONE, "must go to another person"),
    ],
)
def test_refusals(team, leaving, heir, sentence):
    with pytest.raises(InputError, match=sentence):
        hand_over(leaving, heir)
    assert registry.find(team.id).members[ADA.id] == "owner"


def test_the_command(data_folder, capsys):
    pytest.importorskip("argon2")
    file = people_file(data_folder)
    people = [
        Register(file).add_local(name, f"{name}@lab.org", "", role)
        for name, role in (("ann", "admin"), ("ben", "member"))
    ]
    space = registry.create_team("Echo lab", people[1])
    assert main(["people", "--hand-over", "ben@lab.org"]) == 2
    assert main(["people", "--disable", "ben@lab.org"]) == 0
    capsys.readouterr()
    assert main(["people", "--hand-over", "ben@lab.org", "--to", people[0].id]) == 0
    assert 'Workspaces: "Echo lab".' in capsys.readouterr().err
    assert registry.find(space.id).members == {people[0].id: "owner"}
