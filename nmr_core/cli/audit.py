"""``audit``: who did what on a server."""

import json
from argparse import Namespace, _SubParsersAction

from nmr_core.cli.output import show_cells

EXAMPLE = """example:
  python -m nmr_core audit
  python -m nmr_core audit --person p-20261128-ada --action delete -n 1000
  python -m nmr_core audit --json

The record is audit.jsonl in NMR_DATA, with the older files beside it. It works while the server
runs."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    from nmr_core.storage.audit import ACTIONS

    parser = commands.add_parser(
        "audit",
        help="list who did what on a server",
        epilog=EXAMPLE,
        description="List who did what on a server, the newest last.",
    )
    parser.add_argument("--person", default="", metavar="ID", help="id of who did it, or to whom")
    parser.add_argument("--action", default="", choices=["", *ACTIONS], metavar="ACTION")
    parser.add_argument("-n", type=int, default=200, help="newest lines (default: 200)")
    parser.add_argument("--json", action="store_true", help="print the lines as they are")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Print the newest lines."""
    from nmr_core.storage.audit import Audit
    from nmr_core.storage.workspace import server_folder

    entries = Audit(server_folder()).newest(args.n, person=args.person, action=args.action)
    if args.json:
        for entry in reversed(entries):
            print(json.dumps(entry, ensure_ascii=False))
        return
    columns = ("time", "action", "person", "ok", "kind", "id", "workspace", "reason", "address")
    show_cells(columns, [[_cell(e.get(name, "")) for name in columns] for e in reversed(entries)])


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "ok" if value else "refused"
    return str(value)
