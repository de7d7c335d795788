"""``people``: who may use a server, for whoever has its data folder."""

import json
import time
from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli.output import show_cells, show_json
from nmr_core.cli.ticker import say
from nmr_core.errors import InputError
from nmr_core.people.person import ROLES

if TYPE_CHECKING:
    from nmr_core.people import Person, Register

EXAMPLE = """example:
  python -m nmr_core people
  python -m nmr_core people --invite --role admin --url https://echo.lab.org
  python -m nmr_core people --disable zoe@lab.org
  python -m nmr_core people --end-sessions zoe@lab.org
  python -m nmr_core people --audit

The people are those of the server whose data folder is NMR_DATA. PERSON is an id or an e-mail
address of the list. It works while the server runs, and is the way in when no administrator is
left."""
WHO = "command line"
"""Who did it, in the record."""


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
    }.items():
        actions.add_argument(f"--{name}", metavar="PERSON", help=text)
    actions.add_argument(
        "--audit", action="store_true", help="print the newest lines of the record"
    )
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
    from nmr_core.storage.workspace import data_folder

    server = _Server(data_folder())
    for name, change in CHANGES.items():
        person = getattr(args, name)
        if person:
            change(server, _find(server.register, person), args)
            return
    if args.invite:
        _invite(server, args)
    elif args.audit:
        for entry in reversed(server.audit.newest()):
            print(json.dumps(entry, ensure_ascii=False))
    else:
        _list(server.register, args.json)


class _Server:
    """The people of a data folder."""

    def __init__(self, folder: Path) -> None:
        from nmr_core.people import Audit, Invitations, Register, Sessions, people_file

        file = people_file(folder)
        self.register, self.sessions = Register(file), Sessions(file)
        self.invitations, self.audit = Invitations(file), Audit(folder)


def _invite(server: _Server, args: Namespace) -> None:
    secret = server.invitations.create(WHO, role=args.role, email=args.email, days=args.days)
    server.audit.write("invite", WHO, role=args.role, email=args.email)
    print(f"{args.url.rstrip('/')}/join#{secret}")


def _new_password(server: _Server, person: "Person", args: Namespace) -> None:
    secret = server.invitations.create(WHO, person=person, days=args.days)
    server.audit.write("password link", WHO, of=person.id)
    print(f"{args.url.rstrip('/')}/join?password#{secret}")


def _set_role(server: _Server, person: "Person", args: Namespace) -> None:
    server.register.set_role(person.id, args.role)
    server.audit.write("role", WHO, of=person.id, role=args.role)
    say(f"{person.name} is {args.role} now.")


def _disable(server: _Server, person: "Person", args: Namespace) -> None:
    server.register.set_disabled(person.id, True)
    server.audit.write("disable", WHO, of=person.id)
    say(f"{person.name} is locked out now.")


def _enable(server: _Server, person: "Person", args: Namespace) -> None:
    server.register.set_disabled(person.id, False)
    server.audit.write("enable", WHO, of=person.id)
    say(f"{person.name} may log in again.")


def _end_sessions(server: _Server, person: "Person", args: Namespace) -> None:
    n_ended = server.sessions.end_all(person.id)
    server.audit.write("end session", WHO, of=person.id, which="all")
    say(f"{n_ended} sessions of {person.name} were ended.")


CHANGES = {
    "new_password": _new_password,
    "set_role": _set_role,
    "disable": _disable,
    "enable": _enable,
    "end_sessions": _end_sessions,
}
"""Argument that names a person -> what it does."""


def _find(register: "Register", text: str) -> "Person":
    """The person with an id or an e-mail address."""
    same = [p for p in register.list() if text in (p.id, p.email) or text == p.email.lower()]
    if len(same) > 1:
        raise InputError(f"{len(same)} people have the address {text!r}. Give an id of the list.")
    return same[0] if same else register.get(text)


def _list(register: "Register", as_json: bool) -> None:
    people = register.list()
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
                person.issuer,
                time.strftime("%Y-%m-%d %H:%M", time.gmtime(person.seen)),
            ]
            for person in people
        ],
    )
