"""Every action of the record is written by what carries it out, on pages and the command line."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from made_challenges import make

from nmr_core import challenge
from nmr_core.cli import main
from nmr_core.people import Person
from nmr_core.people.own_account import change_password
from nmr_core.storage import trash
from nmr_core.storage.audit import ACTIONS
from nmr_core.storage.spaces import announcement, limits, maintenance, registry, retention, rights
from nmr_core.storage.spaces.copying import copy
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop import Room, Rooms
from tests.server.conftest import PASSWORD, House
from tests.server.test_login import OWN, _post
from tests.spaces.things import DATASET, RUN, put
from ui.challenge import program
from ui.server.team import form_token

SECRETS: list[str] = [PASSWORD]
"""What no line may hold; sessions and invitations are added."""


@dataclass
class Server:
    """A server with an administrator, a member and a team that holds a run of each."""

    house: House
    ann: Person
    zoe: Person
    team: registry.Workspace

    @property
    def desk(self):
        return self.house.team.administration(self.ann, "10.0.0.9")


@pytest.fixture
def server(house, monkeypatch):
    monkeypatch.setenv("NMR_DATA", str(house.team.folder))
    ann, zoe = house.person("Ann", "admin"), house.person("Zoë")
    team = registry.create_team("Echo lab", ann)
    registry.set_member(team.id, zoe.id, "member")
    put(team.folder(), RUN, "run-ann", owner=ann.id)
    put(team.folder(), RUN, "run-zoe", owner=zoe.id)
    put(team.folder(), DATASET, "ds-ann", owner=ann.id, complete=True)
    with in_workspace(team.folder()), acting_as(ann):
        yield Server(house, ann, zoe, team)


def _refused(change: Callable[[], object]) -> None:
    with pytest.raises(rights.RefusedError):
        change()


def _as_zoe(s: Server, change: Callable[[], object]) -> None:
    with acting_as(s.zoe):
        _refused(change)


def _logout(s: Server) -> None:
    cookie = s.house.cookie(s.zoe)
    token = form_token(next(iter(cookie.values())))
    s.house.ask("POST", "/logout", cookie, OWN, data={"token": token})
    SECRETS.extend(cookie.values())


def _join(s: Server) -> None:
    secret = s.house.team.invitations.create(s.ann.id)
    SECRETS.append(secret)
    _post(s.house, "/join", invitation=secret, name="Max", email="max@lab.org", password=PASSWORD)


def _change_password(s: Server) -> None:
    team = s.house.team
    cookies = [next(iter(s.house.cookie(s.zoe).values())) for _ in range(2)]
    SECRETS.extend(cookies)
    own, other = (team.sessions.find(cookie) for cookie in cookies)
    tables = {"accounts": team.accounts, "sessions": team.sessions, "throttle": team.throttle}
    change_password(own, PASSWORD, "another battery", audit=team.audit, **tables)
    assert [one.id for one in team.sessions.list(s.zoe.id)] == [own.id] != [other.id]


def _withdraw(s: Server) -> None:
    s.house.team.invitations.create(s.ann.id)
    s.desk.withdraw(s.house.team.invitations.list()[0].id)


def _end_session(s: Server) -> None:
    SECRETS.extend(s.house.cookie(s.zoe).values())
    (session,) = s.house.team.sessions.list(s.zoe.id)
    SECRETS.extend([session.id, session.hash])
    s.desk.end_session(session.id)


def _hand_over(s: Server) -> None:
    s.desk.set_disabled(s.zoe.id, True)
    s.desk.hand_over(s.zoe.id, s.ann.id)


def _restore(s: Server) -> None:
    trash.restore_entry(trash.discard(s.team.folder() / "runs" / "run-ann"))


def _cancel(s: Server) -> None:
    from nmr_core.jobs import api

    job = api._store(None).submit("selftest", "{}", owner=s.ann.id)
    api.cancel(job.id)


def _annotate(s: Server) -> None:
    from nmr_core.evaluation.marks import check_run

    check_run("run-ann")


def _publish(s: Server) -> None:
    registry.library()
    rights.check("publish", s.ann.id, "the run", kind="run", id="run-ann")


def _download(s: Server) -> None:
    from nmr_core.storage.audit import note_download

    note_download("run", "run-zoe", s.zoe.id, s.team.id)


def _remove(s: Server) -> None:
    registry.remove(registry.create_team("For an hour", s.ann).id)


def _command(s: Server, *arguments: str) -> None:
    with in_workspace(s.house.team.folder), _nobody():
        assert main(list(arguments)) == 0


def _upgrade(s: Server) -> None:
    put(s.house.team.folder, RUN, "run-old")
    _command(s, "upgrade")


def _room(s: Server) -> Room:
    return Rooms(s.house.team.folder).create("Echo course", ends=time.time() + 3600)


def _join_room(s: Server) -> None:
    room = _room(s)
    _post(s.house, room.path, name="Kim")
    [(person, _)] = s.house.team.rooms.people(room)
    SECRETS.extend([room.code, s.house.team.rooms.return_code(person.id)])


def _renew_token(s: Server) -> None:
    """As the button of the page Challenge does."""
    session = s.house.team.sessions.find(next(iter(s.house.cookie(s.zoe).values())))
    with (
        patch.object(program, "current", lambda: s.house.team),
        patch.object(program.identity, "find", lambda: session),
        patch.object(program.st, "session_state", {}) as state,
    ):
        program._renew()
    SECRETS.extend(state.values())


CARRIED_OUT: dict[str, Callable[[Server], object]] = {
    "login": lambda s: _post(s.house, "/login", email="Zoë@lab.org", password=PASSWORD),
    "logout": _logout,
    "join": _join,
    "password": _change_password,
    "foreign origin": lambda s: s.house.ask("POST", "/any"),
    "invite": lambda s: SECRETS.append(s.desk.invite(email="a@lab.org")),
    "withdraw invitation": _withdraw,
    "password link": lambda s: SECRETS.append(s.desk.password_link(s.zoe)),
    "role": lambda s: s.desk.set_role(s.zoe.id, "admin"),
    "disable": lambda s: s.desk.set_disabled(s.zoe.id, True),
    "enable": lambda s: s.desk.set_disabled(s.zoe.id, False),
    "hand over": _hand_over,
    "end session": _end_session,
    "create workspace": lambda s: registry.create_team("Another", s.ann),
    "member": lambda s: registry.set_member(s.team.id, s.zoe.id, "viewer"),
    "change workspace": lambda s: registry.change(s.team.id, title="Better"),
    "remove workspace": _remove,
    "manage": lambda s: _as_zoe(s, lambda: rights.check("manage", None, "this workspace")),
    "read": lambda s: _stranger(s),
    "create": lambda s: rights.check("create", None, "the run X", kind="run", id="run-x"),
    "cancel": _cancel,
    "delete": lambda s: trash.discard(s.team.folder() / "runs" / "run-ann"),
    "restore": _restore,
    "rename": lambda s: rights.check("rename", s.ann.id, "a set", kind="dataset", id="ds-ann"),
    "annotate": _annotate,
    "publish": _publish,
    "copy": lambda s: copy("dataset", "ds-ann", registry.home_of(s.ann).id),
    "download": _download,
    "limits": lambda s: limits.store(limits.Limits(job_hours=2)),
    "retention": lambda s: retention.carry_out([]),
    "announcement": lambda s: announcement.announce("Cake at three"),
    "maintenance": lambda s: maintenance.begin("A new disk"),
    "export record": lambda s: s.desk.export_record(),
    "backup": lambda s: _command(s, "backup", f"{s.house.team.folder}-copy.tar"),
    "upgrade": _upgrade,
    "challenge": lambda s: challenge.freeze(make()),
    "token": _renew_token,
    "join room": _join_room,
    "room": lambda s: SECRETS.append(_room(s).code),
}
"""Action -> what carries it out as the code of pages and commands does."""


def _stranger(s: Server) -> None:
    with acting_as(s.house.person("Max")):
        _refused(lambda: rights.check("read"))


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_is_recorded_once_and_without_secrets(server, action):
    audit = server.house.team.audit
    n_before = len(audit.newest(1000, action=action))
    CARRIED_OUT[action](server)
    entries = audit.newest(1000, action=action)
    assert len(entries) == n_before + 1
    entry = entries[0]
    assert set(entry) >= {"time", "person", "role", "workspace", "kind", "id", "ok", "address"}
    assert entry["ok"] == (action not in ("read", "manage", "foreign origin"))
    text = audit.path.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]


def test_each_of_these_is_an_action():
    assert set(CARRIED_OUT) == set(ACTIONS)


COMMANDS = {
    "invite": ["people", "--invite"],
    "password link": ["people", "--new-password", "{zoe}"],
    "role": ["people", "--set-role", "{zoe}", "--role", "admin"],
    "disable": ["people", "--disable", "{zoe}"],
    "enable": ["people", "--enable", "{zoe}"],
    "end session": ["people", "--end-sessions", "{zoe}"],
    "create workspace": ["workspaces", "create", "Third", "--owner", "{zoe}"],
    "member": ["workspaces", "member", "Echo lab", "{zoe}", "viewer"],
    "change workspace": ["workspaces", "end", "Echo lab", "2099-12-24"],
    "limits": ["workspaces", "limits", "job_hours=3"],
    "retention": ["workspaces", "retention", "--apply"],
    "copy": ["--workspace", "Echo lab", "workspaces", "copy", "dataset", "ds-ann", "library"],
    "publish": ["--workspace", "Echo lab", "workspaces", "copy", "dataset", "ds-ann", "library"],
    "delete": ["--workspace", "Echo lab", "data", "delete", "ds-ann"],
    "announcement": ["server", "announce", "Cake"],
    "maintenance": ["server", "maintenance", "A new disk", "--until", "2h"],
}
"""Action -> a command of whoever has the data folder."""


@pytest.mark.parametrize("action", COMMANDS)
def test_commands_are_recorded(server, action, monkeypatch, capsys):
    registry.library()
    names = {"zoe": server.zoe.id}
    arguments = [part.format(**names) for part in COMMANDS[action]]
    with in_workspace(server.house.team.folder), _nobody():
        assert main(arguments) == 0, capsys.readouterr().err
    entry = server.house.team.audit.newest(1, action=action)[0]
    assert entry["person"] == "command line"
    assert entry["ok"] is True


def test_the_record_is_read_by_a_command(server, capsys):
    server.desk.set_role(server.zoe.id, "admin")
    assert main(["audit", "--json", "--action", "role"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["id"] == server.zoe.id
    assert main(["audit", "--person", server.zoe.id]) == 0
    assert "role" in capsys.readouterr().out


def _nobody():
    """As on the command line: no person acts."""
    return acting_as(None)  # type: ignore[arg-type]
