"""What is gone while a person looks: the workspace, room on the disk for a change of a job."""

import pytest

from nmr_core.errors import FailedError
from nmr_core.jobs import api
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import Member
from ui.shared import job_list, spaces

ADA = Member("p-ada", "Ada")


@pytest.fixture
def team(data_folder, monkeypatch):
    """A team's workspace of Ada, who sits before the pages."""
    monkeypatch.setattr(spaces, "FRESH", -1.0)
    spaces.begin(lambda: ADA, lambda: [ADA])
    yield registry.create_team("Echo lab", ADA)
    spaces.end()


def _check_at_home(app, team) -> None:
    """The page is that of the personal workspace; the sidebar says why."""
    assert not app.exception
    assert app.session_state["_workspace"] == registry.home_of(ADA).id
    assert f"There is no workspace '{team.id}' here" in app.session_state["_workspace-problem"]
    assert not team.folder().exists()


def test_a_workspace_removed_while_one_looks_is_a_sentence_and_the_way_home(team, open_page):
    app = open_page("workspace", workspace=team.id)
    assert app.session_state["_workspace"] == team.id
    registry.remove(team.id)
    _check_at_home(app.run(), team)


def test_a_workspace_removed_in_the_middle_of_a_run_is_a_sentence(
    team, open_page, words, monkeypatch
):
    read = job_list._read

    def read_and_remove():
        answer = read()
        if team.folder().exists():
            registry.remove(team.id)
        return answer

    monkeypatch.setattr(job_list, "_read", read_and_remove)
    app = open_page("data_sets", workspace=team.id)
    assert not app.exception
    assert "There is no workspace" in words(app)
    _check_at_home(app.run(), team)


def test_a_refused_change_of_a_job_waits_for_the_sidebar(own, open_page, monkeypatch):
    job = api.submit("generate", {"dataset": "ds-x"}, title="Long work")
    app = open_page("data_sets")

    def refuse(*_, **__):
        raise FailedError("The disk is full.")

    monkeypatch.setattr(api, "cancel", refuse)
    app.button(key=f"cancel-{job.id}").click().run()
    assert not app.exception
    assert app.session_state[job_list.PROBLEM] == "The disk is full."
