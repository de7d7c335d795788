"""A page that was opened with a right does nothing more after the right was taken away.

Streamlit runs callbacks before the page, so before the page refuses whoever it is not for.
"""

from collections.abc import Callable

import pytest

from nmr_core.storage.spaces import announcement, maintenance, registry


@pytest.fixture
def cast(server):
    """(Ann, who stays an administrator; Zoë, one who is logged in; Max, a member)."""
    ann, zoe = server.join("Ann", "admin"), server.join("Zoë", "admin")
    server.log_in(zoe)
    return ann, zoe, server.join("Max")


def _press(label: str) -> Callable:
    return lambda app, max: next(b for b in app.button if b.label == label).click()


def _click(key: str) -> Callable:
    return lambda app, max: app.button(key=key).click()


def _text(key: str, text: str, label: str) -> Callable:
    def fill(app, max):
        app.text_input(key=key).set_value(text)
        return _press(label)(app, max)

    return fill


def _role(app, max):
    return app.selectbox(key=f"role-{max.id}").set_value("admin")


CHANGES: dict[str, tuple[str, Callable]] = {
    "role": ("people", _role),
    "disable": ("people", _click("disable")),
    "end session": ("people", _click("end-all")),
    "password link": ("people", _click("reset")),
    "hand over": ("people", _click("hand-over")),
    "withdraw invitation": ("people", _press("Withdraw")),
    "invite": ("people", _press("Make a link")),
    "end one session": ("sessions", _click("end-session")),
    "announcement": ("server", _text("announcement-text", "Cake", "Show it")),
    "end of it": ("server", _click("announcement-end")),
    "maintenance": ("server", _text("maintenance-reason", "A disk", "Begin maintenance")),
    "end of maintenance": ("server", _click("maintenance-end")),
    "retention": ("disk", _click("retention-apply")),
}
"""What an administrator can do -> tab, and how it is done."""


def _state(server, space) -> tuple:
    everyone = [(one.id, one.role, one.disabled) for one in server.register.list()]
    links = [link.id for link in server.invitations.list()]
    sessions = sorted(session.id for session in server.sessions.list())
    return (
        everyone,
        links,
        sessions,
        announcement.current(),
        maintenance.current(),
        space.folder().exists(),
        registry.find(registry.LIBRARY_ID).members,
    )


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("is_disabled", [False, True], ids=["demoted", "disabled"])
def test_an_open_page_changes_nothing_after_its_person_ceased_to_be_administrator(
    server, cast, open_page, name, is_disabled
):
    ann, zoe, max = cast
    registry.library()
    registry.set_member(registry.LIBRARY_ID, max.id, "member")
    space = registry.create_team("Echo lab", ann)
    registry.change(space.id, ends="2020-01-31")
    server.sessions.begin(max)
    server.invitations.create(ann.id)
    tab, change = CHANGES[name]
    if name == "end of it":
        announcement.announce("Cake at three")
    if name == "end of maintenance":
        maintenance.begin("A new disk")
    if name == "hand over":
        server.register.set_disabled(max.id, True)
    app = open_page("administration", tab=tab)
    if tab == "people":
        app.selectbox(key="person").set_value(max.id).run()
    if name == "hand over":
        app.selectbox(key="heir").set_value(zoe.id).run()
    if name == "end one session":
        other = next(one for one in server.sessions.list() if one.person.id == max.id)
        app.selectbox(key="session").set_value(other.id).run()
    if name == "retention":
        app.button(key="retention-plan").click().run()
    if is_disabled:
        server.register.set_disabled(zoe.id, True)
    else:
        server.register.set_role(zoe.id, "member")
    before = _state(server, space)
    change(app, max).run()
    assert _state(server, space) == before
    if not is_disabled and name not in ("password link", "invite"):
        refusal = server.audit.newest(1)[0]
        assert (refusal["person"], refusal["ok"]) == (zoe.id, False)


def test_the_record_is_not_exported_for_who_was_administrator(server, cast):
    _, zoe, max = cast
    admin = server.administration(zoe, "10.0.0.7")
    admin.set_role(max.id, "member")
    assert '"role"' in admin.export_record()
    server.register.set_role(zoe.id, "member")
    with pytest.raises(ValueError, match="Only an administrator may do this"):
        admin.export_record()
