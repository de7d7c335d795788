"""Two people on a server: each sees what they may read, and changes what is their own."""

import json
import shutil

import pytest

from nmr_core.jobs import api
from nmr_core.storage import trash
from nmr_core.storage.spaces import limits, registry
from nmr_core.storage.spaces.limits import Limits
from nmr_core.storage.spaces.person import Member
from nmr_core.storage.workspace import in_workspace
from ui.shared import spaces

ADA, BEN, DEE = (Member(f"p-{name.lower()}", name) for name in ("Ada", "Ben", "Dee"))


@pytest.fixture
def server(data_folder, monkeypatch):
    """A server; ``server(person)`` is who sits before the pages that run from then on."""
    current = [ADA]
    monkeypatch.setattr(spaces, "FRESH", -1.0)  # all tests of pages are one session
    spaces.begin(lambda: current[0], lambda: [ADA, BEN, DEE])

    def sit_down(person):
        current[0] = person

    yield sit_down
    spaces.end()


@pytest.fixture
def team(server, template):
    """A team of Ada (owner) and Ben (member), with a data set and runs of Ada."""
    workspace = registry.create_team("Echo lab", ADA)
    workspace = registry.set_member(workspace.id, BEN.id, "member")
    for name in ("datasets", "runs"):
        shutil.copytree(template / name, workspace.folder() / name)
    for manifest in workspace.folder().glob("*/*/manifest.json"):
        stored = json.loads(manifest.read_text())
        manifest.write_text(json.dumps(stored | {"owner": ADA.id}))
    return workspace


@pytest.fixture
def come(server, open_page):
    """``come(person, page, **address)``: open a page as a person."""

    def opened(person, page, **query):
        server(person)
        return open_page(page, **query)

    return opened


def _keys(app) -> set[str]:
    assert not app.exception
    return {button.key for button in app.button}


def test_a_person_begins_in_the_personal_workspace(come):
    app = come(DEE, "data_sets")
    home = registry.home_of(DEE)
    choice = app.selectbox(key="_workspace-choice")
    assert choice.value == home.id
    assert choice.options == ["Dee · personal", "Library"]
    assert app.query_params["workspace"] in (home.id, [home.id])


def test_a_link_leads_a_member_into_the_workspace(team, come):
    app = come(BEN, "data_sets", workspace=team.id, dataset="ds-own")
    assert app.selectbox(key="_workspace-choice").value == team.id
    assert app.selectbox(key="dataset").value == "ds-own"
    owners = app.dataframe[0].value["owner"].tolist()
    assert "Ada" in owners
    assert not {"delete-ds-own-open", "rename-dataset"} & _keys(app)


@pytest.mark.parametrize("page", ["data_sets", "train", "compare", "studies", "explain"])
def test_a_link_shows_a_stranger_nothing(team, come, words, page):
    link = {"workspace": team.id, "dataset": "ds-own", "run": "run-ridge", "runs": "run-ridge"}
    app = come(DEE, page, **link)
    assert not app.exception
    text = words(app)
    assert f"There is no workspace '{team.id}' here" in text.replace("\\", "")
    assert "Own" not in text
    assert app.selectbox(key="_workspace-choice").value == registry.home_of(DEE).id


def test_the_id_alone_is_not_found_in_another_workspace(team, come, words):
    app = come(ADA, "data_sets", dataset="ds-own")
    assert "There is no data set ds-own here" in words(app).replace("\\", "")


def test_the_choice_switches_and_takes_nothing_along(team, come):
    app = come(BEN, "data_sets")
    assert "ds-own" not in app.selectbox(key="dataset").options
    app.selectbox(key="_workspace-choice").set_value(team.id).run()
    assert app.query_params["workspace"] in (team.id, [team.id])
    assert app.selectbox(key="dataset").value == "ds-own"
    assert app.session_state["dataset"] == "ds-own"
    app = come(BEN, "data_sets")
    assert app.selectbox(key="dataset").value != "ds-own"


@pytest.mark.parametrize("damaged", ["library", "home"])
def test_a_damaged_description_is_a_sentence_and_stays(server, come, words, damaged):
    come(ADA, "data_sets")
    space = registry.library() if damaged == "library" else registry.home_of(ADA)
    path = space.folder() / registry.DOCUMENT
    path.write_text("{")
    app = come(ADA, "data_sets")
    assert not app.exception
    assert ("repair --set-aside" in words(app)) == (damaged == "home")
    assert path.read_text() == "{"


def test_who_is_taken_out_while_looking_goes_home(team, come):
    app = come(BEN, "data_sets", workspace=team.id, dataset="ds-own")
    registry.set_member(team.id, BEN.id, None)
    app.run()
    assert not app.exception
    assert app.session_state["_workspace"] == registry.home_of(BEN).id
    assert "ds-own" not in app.selectbox(key="dataset").options


def test_a_job_and_its_data_are_those_of_the_person_in_the_workspace(team, come):
    app = come(BEN, "data_sets", workspace=team.id)
    app.button(key="generate").click().run()
    assert not app.exception
    with in_workspace(team.folder()):
        (job,) = api.list_jobs()
    assert (job.owner, job.workspace) == (BEN.id, team.id)
    assert f"cancel-{job.id}" in _keys(app)
    other = come(DEE, "data_sets")
    assert not [key for key in _keys(other) if key and job.id in key]


def test_an_owner_cancels_another_persons_job_with_a_reason(team, come, words):
    come(BEN, "data_sets", workspace=team.id).button(key="generate").click().run()
    with in_workspace(team.folder()):
        (job,) = api.list_jobs()
    app = come(ADA, "data_sets", workspace=team.id)
    app.button(key=f"cancel-{job.id}").click().run()
    with in_workspace(team.folder()):
        assert api.get(job.id).status == "queued"  # without a reason
    app.text_input(key=f"reason-{job.id}").set_value("the wrong preset").run()
    app.button(key=f"cancel-{job.id}").click().run()
    with in_workspace(team.folder()):
        assert api.get(job.id).error == "Cancelled by Ada: the wrong preset"
    app = come(BEN, "data_sets", workspace=team.id)
    assert "Ada cancelled the job" in words(app)
    app.button(key="messages-close").click().run()
    assert "Ada cancelled the job" not in words(app)


def test_deleting_and_undoing_stay_in_the_workspace(team, come, delete):
    app = delete(come(ADA, "data_sets", workspace=team.id, dataset="ds-own"), "ds-own")
    with in_workspace(team.folder()):
        assert [entry.id for entry in trash.entries()] == ["ds-own"]
    assert "undo-dataset" in _keys(app) or "restore-ds-own" in _keys(app)
    other = come(DEE, "data_sets", dataset="ds-own")
    assert not {"undo-dataset", "restore-ds-own"} & _keys(other)


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("data_sets", "generate"),
        ("train", "train"),
        ("studies", "study-start"),
        ("explain", "explain"),
        ("calibration", "calibrate"),
        ("start", "guide-generate"),
    ],
)
def test_what_adds_something_is_off_for_a_viewer(team, come, words, page, key):
    registry.set_member(team.id, BEN.id, "viewer")
    link = {"workspace": team.id, "dataset": "ds-own", "run": "run-ridge"}
    for person, is_off in ((ADA, False), (BEN, True)):
        app = come(person, page, **link)
        assert ("You may read and copy, not add." in words(app)) == is_off
        button = app.button(key=key)
        assert button.disabled == is_off
        assert ("A viewer may not add to the workspace" in button.help) == is_off


def test_a_full_disk_is_read_only_and_said_with_numbers(team, come):
    limits.store(Limits(disk_per_workspace=1000.0))
    app = come(ADA, "data_sets", workspace=team.id, dataset="ds-own")
    app.button(key="generate").click().run()
    assert "This workspace takes" in "".join(error.value for error in app.error)
    app = come(ADA, "workspace", workspace=team.id)
    assert not app.exception
    assert "Full: nothing can be added" in "".join(caption.value for caption in app.caption)
    sizes = app.dataframe[0].value
    assert sizes["what"].tolist()[0] in {"Own *small* set", "Own ridge", "Own mean"}


def test_members_are_changed_by_owners_only(team, come):
    app = come(ADA, "workspace", workspace=team.id)
    app.selectbox(key="member-new").set_value(DEE.id).run()
    app.button(key="member-add").click().run()
    assert not app.exception
    assert registry.find(team.id).members[DEE.id] == "member"
    app.selectbox(key=f"role-{team.id}-{DEE.id}").set_value("viewer").run()
    assert registry.find(team.id).members[DEE.id] == "viewer"
    app.button(key=f"remove-{team.id}-{DEE.id}").click().run()
    assert DEE.id not in registry.find(team.id).members
    app = come(BEN, "workspace", workspace=team.id)
    assert not {"member-add", f"remove-{team.id}-{ADA.id}"} & _keys(app)


def test_an_owner_removes_the_workspace_with_its_title_and_a_reason(team, come):
    app = come(BEN, "workspace", workspace=team.id)
    assert "space-confirm" not in {box.key for box in app.text_input}
    app = come(ADA, "workspace", workspace=team.id)
    app.text_input(key="space-confirm").set_value("Echo lab")
    app.text_input(key="space-reason").set_value("The course is over")
    app.button(key="space-remove").click().run()
    assert not app.exception
    assert not team.folder().exists()
    assert app.session_state["_workspace"] == registry.home_of(ADA).id


def test_a_team_is_made_and_things_are_copied(team, come):
    app = come(BEN, "workspace", workspace=team.id)
    assert registry.library().title not in app.selectbox(key="copy-target").options
    app.selectbox(key="copy-id").set_value("ds-own").run()
    app.selectbox(key="copy-target").set_value(registry.home_of(BEN).id).run()
    app.button(key="copy-now").click().run()
    assert not app.exception
    copied = registry.home_of(BEN).folder() / "datasets" / "ds-own" / "manifest.json"
    assert json.loads(copied.read_text())["owner"] == BEN.id
    app.text_input(key="team-title").set_value("Second")
    app.button(key="team-make").click().run()
    assert registry.find(app.session_state["_workspace"]).title == "Second"


def test_without_a_server_there_is_no_choice(own, open_page):
    app = open_page("data_sets", dataset="ds-own")
    assert not app.exception
    assert "_workspace-choice" not in {box.key for box in app.selectbox}
    assert "workspace" not in app.query_params
