"""``workspaces``: those of a server, their members, disk, limits, copies and retention."""

import time
from argparse import SUPPRESS, Namespace, _SubParsersAction
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from nmr_core.cli import owners
from nmr_core.cli.output import show_cells, show_json, size_text
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable

    from nmr_core.storage.spaces.registry import Workspace

EXAMPLE = """example:
  python -m nmr_core workspaces
  python -m nmr_core workspaces create "Echo lab" --owner p-20261128-ada
  python -m nmr_core workspaces member "Echo lab" p-20261128-ben member
  python -m nmr_core workspaces end "Echo lab" 2026-12-24 --days-kept 90
  python -m nmr_core workspaces remove "Echo lab" --confirm "Echo lab" --reason "The course is over"
  python -m nmr_core workspaces usage "Echo lab"
  python -m nmr_core workspaces limits disk_per_person=20e9 job_hours=6
  python -m nmr_core workspaces limits --of "Echo lab" disk=50e9
  python -m nmr_core workspaces retention
  python -m nmr_core --workspace "Echo lab" workspaces copy run run-20261121-031502-5f3a library
  python -m nmr_core --workspace "Echo lab" list

A server for a team (serve) has a workspace for each person, one for each team, and a library; each
is a data folder of its own below NMR_DATA. --workspace, or NMR_WORKSPACE, says in which one a
command works, by id or title. Without a server NMR_DATA is the only one."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "workspaces",
        help="list and change the workspaces of a server",
        epilog=EXAMPLE,
        description="List the workspaces of a server, or change them.",
    )
    actions = parser.add_subparsers(metavar="ACTION")
    create = _action(actions, "create", _create, "make a team's workspace")
    create.add_argument("title", metavar="TITLE")
    create.add_argument("--owner", required=True, metavar="PERSON", help="id of its first owner")
    member = _action(actions, "member", _member, "give a person a role, or take it away")
    member.add_argument("workspace_name", metavar="WORKSPACE")
    member.add_argument("person", metavar="PERSON", help="id of the person")
    member.add_argument("role", choices=("viewer", "member", "owner", "none"))
    end = _action(actions, "end", _end, "set the last day")
    end.add_argument("workspace_name", metavar="WORKSPACE")
    end.add_argument("day", metavar="DAY", help='e.g. 2026-12-24, or "none"')
    end.add_argument(
        "--days-kept",
        type=int,
        metavar="N",
        help="days without a change until a thing goes to the trash; 0: never",
    )
    remove = _action(actions, "remove", _remove, "remove a team's workspace for good, at once")
    remove.add_argument("workspace_name", metavar="WORKSPACE")
    remove.add_argument("--confirm", required=True, metavar="TITLE", help="its title, once more")
    remove.add_argument("--reason", required=True, metavar="TEXT", help="for the record")
    usage = _action(actions, "usage", _usage, "what takes the disk, the biggest first")
    usage.add_argument("workspace_name", metavar="WORKSPACE")
    limits = _action(actions, "limits", _limits, "show or set the limits of the server")
    limits.add_argument(
        "--of", metavar="WORKSPACE", help="set the disk of one workspace instead: disk=BYTES"
    )
    limits.add_argument(
        "values", nargs="*", metavar="NAME=VALUE", help="bytes, numbers or hours; none: no limit"
    )
    retention = _action(actions, "retention", _retention, "what is due for removal by age")
    retention.add_argument(
        "--apply", action="store_true", help="remove it; without this option nothing is changed"
    )
    copying = _action(actions, "copy", _copy, "copy a thing into another workspace")
    copying.add_argument("kind", choices=("dataset", "run", "study"))
    copying.add_argument("id", metavar="ID")
    copying.add_argument("workspace_name", metavar="WORKSPACE", help="into which it is copied")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=_list)


def _action(
    actions: _SubParsersAction, name: str, run: "Callable[[Namespace], None]", text: str
) -> "ArgumentParser":
    action = actions.add_parser(name, help=text, description=text.capitalize(), epilog=EXAMPLE)
    action.add_argument(
        "--json", action="store_true", default=SUPPRESS, help="print the result as JSON"
    )
    action.set_defaults(run=run)
    return action


def _list(args: Namespace) -> None:
    from nmr_core.storage.spaces import registry

    _show(registry.readable(), args.json)


def _show(spaces: "list[Workspace]", as_json: bool) -> None:
    if as_json:
        show_json([asdict(space) | {"path": space.folder()} for space in spaces])
        return
    names = owners.names()
    rows = [
        (
            space.id,
            space.title,
            space.kind,
            ", ".join(f"{names.get(id, id)} ({role})" for id, role in space.members.items()),
            space.ends,
        )
        for space in spaces
    ]
    show_cells(("id", "title", "kind", "members", "last day"), rows)


def _create(args: Namespace) -> None:
    from nmr_core.storage.spaces import registry
    from nmr_core.storage.spaces.person import Member

    _show([registry.create_team(args.title, Member(args.owner))], args.json)


def _member(args: Namespace) -> None:
    from nmr_core.storage.spaces import managing
    from nmr_core.storage.spaces.entering import named

    role = None if args.role == "none" else args.role
    _show([managing.set_member(named(args.workspace_name).id, args.person, role)], args.json)


def _end(args: Namespace) -> None:
    from nmr_core.storage.spaces import managing
    from nmr_core.storage.spaces.entering import named

    values = {"ends": "" if args.day == "none" else args.day}
    if args.days_kept is not None:
        values["days_kept"] = args.days_kept
    _show([managing.change(named(args.workspace_name).id, **values)], args.json)


def _remove(args: Namespace) -> None:
    from nmr_core.storage.spaces import managing
    from nmr_core.storage.spaces.entering import named

    workspace = named(args.workspace_name)
    managing.remove(workspace.id, args.confirm, args.reason)
    _show([workspace], args.json)


def _usage(args: Namespace) -> None:
    from nmr_core.storage.spaces import usage
    from nmr_core.storage.spaces.entering import named

    uses = usage.of_folder(named(args.workspace_name).folder())
    if args.json:
        show_json([asdict(use) for use in uses])
        return
    names = owners.names()
    rows = [
        (
            use.kind,
            use.id,
            use.title,
            names.get(use.owner, use.owner),
            size_text(use.n_bytes),
        )
        for use in uses
    ]
    show_cells(("kind", "id", "title", "owner", "size"), rows)
    print(f"In all {size_text(usage.total(uses))}.")


def _limits(args: Namespace) -> None:
    from nmr_core.storage.spaces import limits

    if args.of:
        _disk(args.of, args.values, args.json)
        return
    names = [entry.name for entry in fields(limits.Limits)]
    values: dict[str, Any] = dict(_limit(text, names) for text in args.values)
    current = limits.current()
    if values:
        current = replace(current, **values)
        limits.store(current)
    if args.json:
        show_json(asdict(current))
        return
    for name, value in asdict(current).items():
        print(f"{name} = {'none' if value is None else format(value, 'g')}")


def _disk(name: str, texts: list[str], as_json: bool) -> None:
    """Show or set how much one workspace may take."""
    from nmr_core.storage.spaces import registry
    from nmr_core.storage.spaces.entering import named

    workspace = named(name)
    values: dict[str, Any] = dict(_limit(text, ["disk"]) for text in texts)
    if values:
        workspace = registry.change(workspace.id, **values)
    if as_json:
        show_json({"disk": workspace.disk})
        return
    print(f"disk = {'none' if workspace.disk is None else format(workspace.disk, 'g')}")


def _limit(text: str, names: list[str]) -> tuple[str, float | None]:
    name, _, value = text.partition("=")
    if name not in names:
        raise InputError(f"A limit must be one of {', '.join(names)}, got {name[:40]!r}.")
    if value == "none":
        return name, None
    try:
        return name, int(value) if value.isdecimal() else float(value)
    except ValueError:
        raise InputError(f"{name} must be a number or none, got {value[:40]!r}.") from None


def _retention(args: Namespace) -> None:
    from nmr_core.jobs.uses import is_used
    from nmr_core.storage.spaces import retention

    removals = retention.plan()
    if args.apply:
        removals = retention.carry_out(removals, is_used)
    if args.json:
        show_json({"applied": args.apply, "removals": [asdict(one) for one in removals]})
        return
    rows = [
        (one.workspace, one.kind, one.id, one.title, _day(one.when), size_text(one.n_bytes))
        for one in removals
    ]
    show_cells(("workspace", "kind", "id", "title", "due", "size"), rows)
    freed = size_text(sum(one.n_bytes for one in removals))
    print(f"Removed; {freed}." if args.apply else f"Nothing was changed; --apply removes {freed}.")


def _copy(args: Namespace) -> None:
    from nmr_core.storage.spaces.copying import copy
    from nmr_core.storage.spaces.entering import named

    path = copy(args.kind, args.id, named(args.workspace_name).id)
    if args.json:
        show_json({"path": path})
    else:
        print(f"Copied to {path}.")


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))
