"""``room``: rooms of a workshop, for whoever has the server's data folder."""

from argparse import SUPPRESS, Namespace, _SubParsersAction
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli import rehearsing
from nmr_core.cli.output import show_cells, show_json, size_text
from nmr_core.cli.room_output import draw, facts, link, minute, show_presence, show_room
from nmr_core.cli.ticker import say
from nmr_core.errors import FailedError, InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from nmr_core.workshop import Content, Room, Rooms

EXAMPLE = """example:
  python -m nmr_core room create "Echo course" --until 3h --seats 30
  python -m nmr_core --workspace "Echo lab" room create Course --dataset ds-20261121-031502-5f3a
  python -m nmr_core room add ABCD-2345 --challenge ch-20261121-031502-5f3a
  python -m nmr_core room list
  python -m nmr_core room show ABCD-2345
  python -m nmr_core room look ABCD-2345 simulate "preset=ml4sci_2020"
  python -m nmr_core room freeze ABCD-2345
  python -m nmr_core room extend ABCD-2345 90min
  python -m nmr_core room export ABCD-2345 -o course.zip
  python -m nmr_core room close ABCD-2345
  python -m nmr_core room rehearse

ROOM is the code or the id of a room of the server whose data folder is NMR_DATA. All of it works
while the server runs, and open pages show it within seconds. At its end a room can only be read; a
day later it is closed by itself: everything is exported into rooms/ of the data folder, and people,
workspaces and jobs are removed."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "room",
        help="make, steer, export, close and rehearse rooms of a workshop",
        epilog=EXAMPLE,
        description="Make a room that people join by a code and a name; steer, export, close it.",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(metavar="ACTION")
    _add_create(actions)
    _action(actions, "list", _list, "list the rooms")
    show = _action(actions, "show", _show, "link, code and people of a room", room=True)
    show.add_argument("--qr", action="store_true", help="draw the link as a QR code")
    look = _action(actions, "look", _look, "open a page for everyone in a room", room=True)
    look.add_argument("page", metavar="PAGE", help='e.g. simulate; "none" ends it')
    look.add_argument("query", nargs="?", default="", metavar="QUERY", help="of its address")
    _action(actions, "freeze", _freeze, "let the people of a room only read", room=True)
    _action(actions, "unfreeze", _unfreeze, "let the people of a room work again", room=True)
    extend = _action(actions, "extend", _extend, "move the end of a room", room=True)
    extend.add_argument("until", metavar="TIME", help='e.g. 90min, 2h, "2026-12-24 18:00"')
    more = _action(actions, "add", _more, "give everyone in a room more things", room=True)
    _add_contents(more)
    seats = _action(actions, "seats", _seats, "change how many may join a room", room=True)
    seats.add_argument("n", type=int, metavar="N")
    code = _action(actions, "return-code", _return_code, "give a person another return code")
    remove = _action(actions, "remove", _remove, "remove a person of a room, with all work")
    for action in (code, remove):
        action.add_argument("person", metavar="PERSON", help="id of the person, see show")
    export = _action(actions, "export", _export, "write everything of a room as a zip", room=True)
    export.add_argument("-o", "--output", metavar="FILE", help="default: the id of the room")
    export.add_argument(
        "--small", action="store_true", help="without arrays and models of data sets and runs"
    )
    _action(actions, "close", _close, "end a room, and remove what is in it", room=True)
    rehearsing.add(actions, _action)


def _add_create(actions: _SubParsersAction) -> None:
    create = _action(actions, "create", _create, "make a room")
    create.add_argument("title", metavar="TITLE")
    create.add_argument("--until", default="8h", metavar="TIME", help="its end (default: in 8h)")
    create.add_argument("--seats", type=int, default=40, help="people who may join (default: 40)")
    _add_contents(create)
    create.add_argument(
        "--lab", action="append", default=[], metavar="SLUG", help="a lab (default: all)"
    )
    create.add_argument(
        "--at-end", default="export", choices=("export", "delete"), help="before it is removed"
    )


def _add_contents(action: "ArgumentParser") -> None:
    for kind in ("dataset", "run", "study"):
        action.add_argument(
            f"--{kind}",
            dest=f"{kind}_ids",
            action="append",
            default=[],
            metavar="ID",
            help=f"a {kind} of the workspace of --workspace that everyone gets",
        )
    action.add_argument("--challenge", default="", metavar="ID", help="id of its challenge")


def _action(
    actions: _SubParsersAction,
    name: str,
    run: Callable[[Namespace], None],
    text: str,
    *,
    room: bool = False,
) -> "ArgumentParser":
    action = actions.add_parser(name, help=text, description=text.capitalize(), epilog=EXAMPLE)
    if room:
        action.add_argument("room", metavar="ROOM", help="code or id")
    action.add_argument(
        "--json", action="store_true", default=SUPPRESS, help="print the result as JSON"
    )
    action.set_defaults(run=run)
    return action


def _create(args: Namespace) -> None:
    from nmr_core.cli.server import until

    room = _rooms().create(
        args.title,
        ends=until(args.until) or 0.0,
        seats=args.seats,
        contents=_contents(args),
        labs=args.lab,
        challenge=args.challenge,
        at_end=args.at_end,
    )
    show_room(room, args.json)


def _more(args: Namespace) -> None:
    rooms = _rooms()
    room = _room(rooms, args.room)
    problems = rooms.add(room.id, _contents(args), challenge=args.challenge)
    if problems:
        raise FailedError(" ".join(problems))
    say("Everyone in the room has it, and who joins gets it.")


def _contents(args: Namespace) -> "list[Content]":
    """What everyone gets, from the workspace in which the command works."""
    from nmr_core.storage.catalogue import located
    from nmr_core.storage.kinds import KINDS
    from nmr_core.storage.workspace import workspace_id
    from nmr_core.workshop import Content

    contents = []
    for kind in ("dataset", "run", "study"):
        for id in getattr(args, f"{kind}_ids"):
            if not workspace_id():
                raise InputError(
                    f"--{kind} needs the workspace that has it. Put --workspace NAME before room."
                )
            located(KINDS[kind], id)
            contents.append(Content(kind, id, workspace_id()))
    return contents


def _list(args: Namespace) -> None:
    rooms = _rooms()
    if args.json:
        show_json([facts(room) for room in rooms.list()])
        return
    rows = [
        (
            room.id,
            room.code_text,
            room.title,
            room.status,
            f"{len(rooms.people(room))} of {room.seats}",
            minute(room.ends),
        )
        for room in rooms.list()
    ]
    show_cells(("id", "code", "title", "status", "people", "ends"), rows)


def _show(args: Namespace) -> None:
    from nmr_core.workshop import presence

    rooms = _rooms()
    room = _room(rooms, args.room)
    table = presence.table(rooms.people(room), rooms.folder, room.challenge)
    if args.json:
        show_json(facts(room) | {"people": [asdict(row) for row in table]})
        return
    show_room(room)
    if args.qr:
        draw(link(room))
    show_presence(table)


def _look(args: Namespace) -> None:
    rooms = _rooms()
    page = "" if args.page == "none" else args.page
    rooms.look_here(_room(rooms, args.room).id, page, args.query)
    say(f"Everyone in the room is led to {page}." if page else "No one is led anywhere now.")


def _freeze(args: Namespace) -> None:
    rooms = _rooms()
    rooms.freeze(_room(rooms, args.room).id)
    say("Its people can only read now. Running jobs go on.")


def _unfreeze(args: Namespace) -> None:
    rooms = _rooms()
    rooms.unfreeze(_room(rooms, args.room).id)
    say("Its people can work again.")


def _extend(args: Namespace) -> None:
    from nmr_core.cli.server import until

    rooms = _rooms()
    room = rooms.extend(_room(rooms, args.room).id, until(args.until) or 0.0)
    say(f"It ends on {minute(room.ends)}.")


def _seats(args: Namespace) -> None:
    rooms = _rooms()
    room = rooms.set_seats(_room(rooms, args.room).id, args.n)
    say(f"{room.seats} may join.")


def _return_code(args: Namespace) -> None:
    from nmr_core.workshop.codes import spaced

    print(spaced(_rooms().new_return_code(args.person)))


def _remove(args: Namespace) -> None:
    _rooms().remove_person(args.person)
    say("The person was removed; the seat and the name are free.")


def _export(args: Namespace) -> None:
    from nmr_core.workshop.export import export_to

    rooms = _rooms()
    room = _room(rooms, args.room)
    path = Path(args.output or f"{room.id}.zip")
    if path.exists():
        raise InputError(f"{path} exists already. Choose another name with -o.")
    export_to(rooms, room.id, path, arrays=not args.small)
    print(f"{path}, {size_text(path.stat().st_size)}")


def _close(args: Namespace) -> None:
    rooms = _rooms()
    room = _room(rooms, args.room)
    n_people = len(rooms.people(room))
    path = rooms.close(room.id)
    say(f"The room is closed; people who were removed: {n_people}.")
    if path is not None:
        print(path)


def _rooms() -> "Rooms":
    from nmr_core.storage.workspace import server_folder
    from nmr_core.workshop import Rooms

    return Rooms(server_folder())


def _room(rooms: "Rooms", text: str) -> "Room":
    """The room with an id or a code."""
    same = [room for room in rooms.list() if room.id == text]
    return same[0] if same else rooms.find(text)
