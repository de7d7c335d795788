"""``people``: who may use a server, for whoever has its data folder."""

import time
from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING

from nmr_core.cli.output import show_cells, show_json
from nmr_core.cli.ticker import say
from nmr_core.errors import InputError
from nmr_core.people.person import LOCAL, ROLES

if TYPE_CHECKING:
    from nmr_core.people import Administration, Person, Register

EXAMPLE = """example:
  python -m nmr_core people
  python -m nmr_core people --invite --role admin --url https://echo.lab.org
  python -m nmr_core people --disable zoe@lab.org
  python -m nmr_core people --end-sessions zoe@lab.org
  python -m nmr_core people --sessions
  python -m nmr_core people --hand-over zoe@lab.org --to ben@lab.org

The people are those of the server whose data folder is NMR_DATA. PERSON is an id or an e-mail
address of the list. It works while the server runs, and is the way in when no administrator is
left."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "people",
        help="list, invite, disable the people of a server",
        epilog=EXAMPLE,
        description="List the people of a server; invite, disable, change roles, end sessions.",
    )
    actions = parser.add_mutually_exclusive_group()
    actions.add_argument("--invite", action="store_true", help="print a link that makes an account")
    for name, text in {
        "new-password": "print a link that sets the password of PERSON",
        "set-role": "give PERSON the role of --role",
        "disable": "lock PERSON out",
        "enable": "let PERSON in again",
        "end-sessions": "log PERSON out everywhere",
        "hand-over": "give everything of PERSON, who is disabled, to the person of --to",
    }.items():
        actions.add_argument(f"--{name}", metavar="PERSON", help=text)
    actions.add_argument("--end-session", metavar="ID", help="end one session")
    actions.add_argument("--withdraw", metavar="ID", help="withdraw an invitation")
    for name, text in {
        "sessions": "list who is logged in, and where",
        "invitations": "list the open invitations",
    }.items():
        actions.add_argument(
            f"--{name}", dest="list", action="store_const", const=name, default="people", help=text
        )
    parser.add_argument("--to", default="", metavar="PERSON", help="who gets what is handed over")
    parser.add_argument("--role", choices=ROLES, default=ROLES[0], help="role of an invitation")
    parser.add_argument("--email", default="", help="e-mail address that an invitation is for")
    parser.add_argument("--days", type=float, default=7.0, help="validity of a link (default: 7)")
    parser.add_argument(
        "--url", default="http://localhost:8501", help="address of the server, for the link"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Change what was asked for, or list the people."""
    from nmr_core.people import Administration
    from nmr_core.storage.audit.noting import COMMAND_LINE
    from nmr_core.storage.workspace import server_folder

    admin = Administration(server_folder(), COMMAND_LINE)
    for name, change in CHANGES.items():
        person = getattr(args, name)
        if person:
            change(admin, _find(admin.register, person), args)
            return
    if args.invite:
        _invite(admin, args)
    elif args.end_session:
        _end_session(admin, args.end_session)
    elif args.withdraw:
        _withdraw(admin, args.withdraw)
    else:
        LISTS[args.list](admin, args.json)


def _end_session(admin: "Administration", id: str) -> None:
    if not admin.end_session(id):
        raise InputError(f"There is no session {id[:40]!r}. Copy the id from --sessions.")
    say("The session was ended.")


def _withdraw(admin: "Administration", id: str) -> None:
    if not admin.withdraw(id):
        raise InputError(f"There is no open invitation {id[:40]!r}. See --invitations.")
    say("The invitation was withdrawn.")


def _invite(admin: "Administration", args: Namespace) -> None:
    secret = admin.invite(role=args.role, email=args.email, days=args.days)
    print(f"{args.url.rstrip('/')}/join#{secret}")


def _new_password(admin: "Administration", person: "Person", args: Namespace) -> None:
    secret = admin.password_link(person, args.days)
    print(f"{args.url.rstrip('/')}/join?password#{secret}")


def _set_role(admin: "Administration", person: "Person", args: Namespace) -> None:
    admin.set_role(person.id, args.role)
    say(f"{person.name} is {args.role} now.")


def _disable(admin: "Administration", person: "Person", args: Namespace) -> None:
    admin.set_disabled(person.id, True)
    say(f"{person.name} is locked out now.")


def _enable(admin: "Administration", person: "Person", args: Namespace) -> None:
    admin.set_disabled(person.id, False)
    say(f"{person.name} may log in again.")


def _end_sessions(admin: "Administration", person: "Person", args: Namespace) -> None:
    n_ended = admin.end_sessions(person.id)
    say(f"{n_ended} sessions of {person.name} were ended.")


def _hand_over(admin: "Administration", person: "Person", args: Namespace) -> None:
    if not args.to:
        raise InputError("--hand-over needs --to PERSON, who gets everything. Add it.")
    heir = _find(admin.register, args.to)
    result = admin.hand_over(person.id, heir.id)
    say(f"{heir.name} has everything of {person.name} now. {result.text}")


CHANGES = {
    "new_password": _new_password,
    "set_role": _set_role,
    "disable": _disable,
    "enable": _enable,
    "end_sessions": _end_sessions,
    "hand_over": _hand_over,
}
"""Argument that names a person -> what it does."""


def _find(register: "Register", text: str) -> "Person":
    """The person with an id or an e-mail address."""
    same = [p for p in register.list() if text in (p.id, p.email) or text == p.email.lower()]
    if len(same) > 1:
        raise InputError(f"{len(same)} people have the address {text!r}. Give an id of the list.")
    return same[0] if same else register.get(text)


def _people(admin: "Administration", as_json: bool) -> None:
    people = admin.register.list()
    if as_json:
        show_json([vars(person) for person in people])
        return
    show_cells(
        ["id", "name", "e-mail", "role", "login", "last seen"],
        [
            [
                person.id,
                person.name,
                person.email,
                "disabled" if person.disabled else person.role,
                "password" if person.issuer == LOCAL else person.issuer,
                _minute(person.seen),
            ]
            for person in people
        ],
    )


def _sessions(admin: "Administration", as_json: bool) -> None:
    sessions = [
        {
            "id": session.id,
            "person": session.person.name,
            "since": _minute(session.created),
            "last seen": _minute(session.seen),
            "address": session.address,
            "browser": session.browser,
        }
        for session in admin.sessions.list()
    ]
    _show(sessions, as_json)


def _invitations(admin: "Administration", as_json: bool) -> None:
    invitations = [
        {
            "id": invitation.id,
            "role": invitation.role,
            "for": invitation.email or ("a new password" if invitation.person else "anyone"),
            "until": _minute(invitation.expires),
        }
        for invitation in admin.invitations.list()
    ]
    _show(invitations, as_json)


def _show(rows: list[dict[str, str]], as_json: bool) -> None:
    if as_json:
        show_json(rows)
    elif rows:
        show_cells(list(rows[0]), [list(row.values()) for row in rows])


def _minute(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds))


LISTS = {"people": _people, "sessions": _sessions, "invitations": _invitations}
"""Option -> what is listed."""
