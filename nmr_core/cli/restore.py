"""``restore``: put a backup back into an empty data folder."""

from argparse import Namespace, _SubParsersAction

from nmr_core.cli.backup import show
from nmr_core.cli.ticker import Ticker

EXAMPLE = """example:
  NMR_DATA=/srv/echoes python -m nmr_core restore /backups/2026-11-30.tar
  python -m nmr_core restore /backups/2026-11-29 /tmp/look

The folder (default: NMR_DATA) must be empty or not exist; stop the server first. Every file is
compared with the manifest. Everyone logs in again; jobs that ran while the backup was taken are
marked as lost."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "restore",
        help="put a backup back into an empty folder",
        epilog=EXAMPLE,
        description="Put a backup back into an empty data folder, and check it.",
    )
    parser.add_argument("source", metavar="BACKUP", help="folder or file NAME.tar")
    parser.add_argument("folder", metavar="FOLDER", nargs="?", help="default: NMR_DATA")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Put a backup back."""
    from nmr_core.operations.restore import restore
    from nmr_core.storage.workspace import server_folder

    with Ticker() as ticker:
        contents = restore(args.source, args.folder, progress=ticker)
    show(contents, "restored and checked", str(server_folder(args.folder)), args.json)
