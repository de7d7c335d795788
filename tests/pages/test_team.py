"""The app on a server for a team: who is on a page, and the page for administrators."""

import pytest

from nmr_core.storage.spaces import registry

TITLE = "Administration"
ENDED = "Your session has ended. Reload the page to log in."


def test_without_a_team_there_is_no_person(open_page):
    app = open_page("start")
    assert not app.exception
    assert not [button for button in app.button if button.label == "Log out"]


def test_the_sidebar_names_the_person_and_logs_out(server, open_page):
    zoe = server.join("Zoë")
    server.log_in(zoe)
    app = open_page("start")
    assert not app.exception
    (session,) = server.sessions.list()
    app.button(key="log-out").click().run()
    assert server.sessions.list() == []
    assert server.sessions.past("x") is None
    assert [info.value for info in app.info] == [ENDED]
    entry = server.audit.newest(1)[0]
    assert (entry["action"], entry["person"]) == ("logout", session.person.id)


@pytest.mark.parametrize("name", ["start", "administration"])
def test_without_a_session_a_page_shows_nothing(server, open_page, name):
    app = open_page(name)
    assert [info.value for info in app.info] == [
        "Your session has ended. Reload the page to log in."
    ]
    assert not app.title
    assert not app.button


def test_the_page_of_administrators_is_for_them_only(server, open_page):
    server.log_in(server.join("Zoë"))
    app = open_page("administration")
    assert not app.dataframe
    assert TITLE not in [title.value for title in app.title]
    server.log_in(server.join("Max", "admin"))
    app = open_page("administration")
    assert not app.exception
    assert TITLE in [title.value for title in app.title]


def test_an_administrator_changes_a_person(server, open_page):
    zoe, max = server.join("Zoë"), server.join("Max", "admin")
    server.log_in(zoe)
    server.log_in(max)
    app = open_page("administration")
    app.selectbox(key="person").set_value(zoe.id).run()
    app.button(key="end-all").click().run()
    assert {session.person.id for session in server.sessions.list()} == {max.id}
    app.selectbox(key=f"role-{zoe.id}").set_value("admin").run()
    assert server.register.get(zoe.id).role == "admin"
    app.button(key="disable").click().run()
    assert server.register.get(zoe.id).disabled
    app.button(key="reset").click().run()
    assert "http://localhost:8501/join?password#" in app.code[0].value
    assert not app.exception
    events = [(entry["action"], entry["person"], entry["id"]) for entry in server.audit.newest(3)]
    assert events == [(name, max.id, zoe.id) for name in ("password link", "disable", "role")]


def test_an_administrator_hands_over_what_a_disabled_person_had(server, open_page):
    zoe, max = server.join("Zoë"), server.join("Max", "admin")
    team = registry.create_team("Echo lab", zoe)
    server.register.set_disabled(zoe.id, True)
    server.log_in(max)
    app = open_page("administration")
    app.selectbox(key="person").set_value(zoe.id).run()
    app.selectbox(key="heir").set_value(max.id).run()
    app.button(key="hand-over").click().run()
    assert not app.exception
    assert registry.find(team.id).members == {max.id: "owner"}
    entry = server.audit.newest(1)[0]
    assert (entry["action"], entry["id"], entry["to"]) == ("hand over", zoe.id, max.id)


def test_an_administrator_does_not_change_the_own_role(server, open_page):
    max = server.join("Max", "admin")
    server.log_in(max)
    app = open_page("administration")
    app.selectbox(key="person").set_value(max.id).run()
    assert app.selectbox(key=f"role-{max.id}").disabled
    assert app.button(key="disable").disabled


def test_an_administrator_invites_and_withdraws(server, open_page):
    server.log_in(server.join("Max", "admin"))
    app = open_page("administration")
    app.text_input(key="invite-email").set_value("zoe")
    _press(app, "Make a link")
    assert "looks like name@lab" in app.toast[0].value.replace("\\", "")
    app.text_input(key="invite-email").set_value("zoe@lab.org")
    _press(app, "Make a link")
    link = app.code[0].value
    secret = link.removeprefix("http://localhost:8501/join#")
    assert server.invitations.find(secret).email == "zoe@lab.org"
    (invitation,) = server.invitations.list()
    app.run()
    assert not app.code, "the link is shown once"
    app.button(key=f"withdraw-{invitation.id}").click().run()
    assert server.invitations.list() == []


def _press(app, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_an_administrator_ends_a_session(server, open_page):
    zoe, max = server.join("Zoë"), server.join("Max", "admin")
    server.log_in(zoe)
    (session,) = server.sessions.list()
    server.log_in(max)
    app = open_page("administration", tab="sessions")
    app.selectbox(key="session").set_value(session.id).run()
    app.button(key="end-session").click().run()
    assert [session.person.id for session in server.sessions.list()] == [max.id]
    assert server.audit.newest(1)[0]["action"] == "end session"
