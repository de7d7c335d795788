"""The page for administrators: jobs of all workspaces, disk, the server, the record; the banner."""

import pytest

from nmr_core.jobs.store import JobStore
from nmr_core.storage.spaces import announcement, maintenance, registry
from nmr_core.storage.spaces.messages import messages_for
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace
from tests.spaces.things import DATASET, put

TABS = ("people", "sessions", "jobs", "disk", "server", "record")
HOSTILE = "![x](http://evil.example/a.png) <b>now</b> **bold**"


@pytest.fixture
def people(server):
    """(Ann, an administrator who is logged in; Zoë, a member)."""
    ann, zoe = server.join("Ann", "admin"), server.join("Zoë")
    server.log_in(ann)
    return ann, zoe


@pytest.fixture
def team_space(people, data_folder):
    """A team of Zoë, with a data set and a queued job of hers."""
    space = registry.create_team("Echo lab", people[1])
    put(space.folder(), DATASET, "ds-zoe", owner=people[1].id, n_bytes=5000)
    JobStore(space.folder()).submit("selftest", "{}", title="Long work", owner=people[1].id)
    return space


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_on_the_first_visit_and_with_content(people, open_page, tab, request):
    for _ in range(2):
        app = open_page("administration", tab=tab)
        assert not app.exception
        assert not app.error
        assert [metric.label for metric in app.metric] == [
            "Logged in",
            "Jobs",
            "Free disk",
            "State",
        ]
        request.getfixturevalue("team_space")


def test_a_job_of_another_workspace_is_cancelled_with_a_reason_that_its_owner_reads(
    server, people, team_space, open_page
):
    ann, zoe = people
    (job,) = JobStore(server.folder).list()
    app = open_page("administration", tab="jobs")
    assert list(app.dataframe[0].value["Workspace"]) == ["Echo lab"]
    app.selectbox(key="cancel-job").set_value(job.id).run()
    app.button(key="cancel").click().run()
    assert JobStore(server.folder).get(job.id).status == "queued", "a reason is needed"
    app.text_input(key="cancel-reason").set_value("Course at nine").run()
    app.button(key="cancel").click().run()
    job = JobStore(server.folder).get(job.id)
    assert (job.status, job.error) == ("cancelled", "Cancelled by Ann: Course at nine")
    with in_workspace(team_space.folder()):
        assert "Course at nine" in messages_for(zoe.id)[0].text
    done, refused = server.audit.newest(2, action="cancel")
    assert (done["ok"], done["person"], done["id"]) == (True, ann.id, job.id)
    assert refused["ok"] is False


def test_what_is_due_by_age_is_listed_before_it_is_removed(server, people, open_page):
    space = registry.create_team("Echo lab", people[1])
    registry.change(space.id, ends="2020-01-31")
    app = open_page("administration", tab="disk")
    app.button(key="retention-plan").click().run()
    assert space.folder().exists()
    assert "Echo lab" in list(app.dataframe[-1].value["Thing"])
    app.button(key="retention-apply").click().run()
    assert not app.exception
    assert not space.folder().exists()
    assert server.audit.newest(1, action="retention")[0]["n_removed"] == 1


def test_an_announcement_is_text_on_every_page_until_it_is_closed_or_taken_down(
    server, people, open_page
):
    app = open_page("administration", tab="server")
    app.text_input(key="announcement-text").set_value(HOSTILE)
    _press(app, "Show it")
    assert announcement.current().text == HOSTILE
    app = open_page("start")
    (shown,) = [info.value for info in app.info if "evil" in info.value]
    assert "![x](" not in shown
    assert "<b>" not in shown
    assert "**bold" not in shown
    app.button(key="banner-close").click().run()
    assert not [info for info in open_page("start").info if "evil" in info.value]
    announcement.announce("Cake at three", level="warning")
    assert "Cake at three" in [warning.value for warning in open_page("start").warning]
    app = open_page("administration", tab="server")
    app.button(key="announcement-end").click().run()
    assert announcement.current() is None
    assert not open_page("start").warning


def test_an_open_page_notices_what_is_announced(server, people, open_page, monkeypatch):
    from ui.shared import banner

    app = open_page("start")
    runs = []
    monkeypatch.setattr(banner.st, "rerun", lambda: runs.append(1))
    monkeypatch.setattr(banner.st, "session_state", {banner.SHOWN: app.session_state[banner.SHOWN]})
    banner.check()
    assert runs == []
    maintenance.begin("A new disk")
    banner.check()
    assert runs == [1]


def test_maintenance_refuses_jobs_with_its_reason_and_is_ended_on_the_page(
    server, people, open_page, data_folder
):
    from nmr_core.jobs import api

    app = open_page("administration", tab="server")
    app.text_input(key="maintenance-reason").set_value("A new disk")
    app.selectbox(key="maintenance-until").set_value("2 h")
    _press(app, "Begin maintenance")
    state = maintenance.current()
    (warning,) = open_page("start").warning
    assert "A new disk" in warning.value
    assert "until about" in state.sentence
    sentence = pytest.raises(maintenance.MaintenanceError, match=r"about .*UTC: A new disk\.")
    with acting_as(people[0]), sentence:
        api.submit("selftest", {}, folder=data_folder)
    app = open_page("administration", tab="server")
    assert "maintenance" in [metric.value for metric in app.metric]
    app.button(key="maintenance-end").click().run()
    assert maintenance.current() is None


def test_the_record_is_filtered_and_downloaded(server, people, open_page):
    ann, zoe = people
    server.administration(ann, "10.0.0.1").set_role(zoe.id, "member")
    app = open_page("administration", tab="record")
    app.selectbox(key="record-action").set_value("role").run()
    table = app.dataframe[0].value
    assert list(table["Action"]) == ["role"]
    assert (table["Person"][0], table["Of"][0], table["Outcome"][0]) == ("Ann", "Zoë", "done")


def _press(app, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_a_visit_in_the_personal_workspace_of_another_is_recorded(server, people, open_page):
    ann, zoe = people
    own, foreign = registry.home_of(ann), registry.home_of(zoe)
    open_page("start", workspace=own.id)
    assert server.audit.newest(action="read") == []
    assert not open_page("start", workspace=foreign.id).exception
    (entry,) = server.audit.newest(action="read")
    assert (entry["person"], entry["workspace"], entry["ok"]) == (ann.id, foreign.id, True)
