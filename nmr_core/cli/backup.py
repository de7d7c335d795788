"""``backup``: the whole data folder of a server, while people work."""

import time
from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING

from nmr_core.cli.output import show_json, size_text
from nmr_core.cli.ticker import Ticker, say

if TYPE_CHECKING:
    from nmr_core.operations.contents import Contents

EXAMPLE = """example:
  python -m nmr_core backup /backups/2026-11-29
  python -m nmr_core backup /backups/2026-11-30 --base /backups/2026-11-29
  python -m nmr_core backup /backups/2026-11-30.tar
  python -m nmr_core backup --check /backups/2026-11-30.tar

A backup of the data folder NMR_DATA, with all workspaces, while people work and jobs run. It holds
what was confirmed before it began, is written whole or not at all, and is read and compared before
it gets its name. With --base, files that have not changed are hard links to an earlier folder. It
holds no configuration, no secrets of login services and no logins, but hashes of passwords: keep it
where only administrators read. docs/runbook.md says more."""


def add(commands: _SubParsersAction) -> None:
    """Add the commands, their arguments and their help to the subparsers of the command line."""
    parser = commands.add_parser(
        "backup",
        help="back the data folder up while people work",
        epilog=EXAMPLE,
        description="Write a backup of the data folder, and check it.",
    )
    parser.add_argument("target", metavar="TARGET", help="a new folder, or a new file NAME.tar")
    parser.add_argument("--base", metavar="FOLDER", help="earlier backup, for hard links")
    parser.add_argument(
        "--check", action="store_true", help="only compare the backup TARGET with its manifest"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Take a backup, or check one."""
    from nmr_core.operations.archive import Backup
    from nmr_core.operations.backup import check, take
    from nmr_core.storage.audit import note

    with Ticker() as ticker:
        if args.check:
            backup = Backup(args.target)
            check(backup, ticker)
            contents = backup.contents
        else:
            contents = take(args.target, base=args.base, progress=ticker)
            note("backup", path=args.target, n_bytes=contents.n_bytes)
    if contents.left_out and not args.check:
        names = ", ".join(contents.left_out)
        say(f"Not in the backup: {names}. Keep configuration and secrets elsewhere.")
    show(contents, "sound" if args.check else "written and checked", args.target, args.json)


def show(contents: "Contents", what: str, place: str, as_json: bool) -> None:
    """Print what was done.

    Parameters
    ----------
    contents : Contents
        The manifest.
    what, place : str
        What was done, and where.
    as_json : bool
        Whether for a program.
    """
    n_files, n_bytes = len(contents.files), contents.n_bytes
    if as_json:
        show_json(
            {
                "path": place,
                "files": n_files,
                "bytes": n_bytes,
                "created": contents.created,
                "version": contents.version,
                "left_out": contents.left_out,
            }
        )
        return
    taken = time.strftime("%Y-%m-%d %H:%M", time.localtime(contents.created))
    print(
        f"{place}: {what}. {n_files:,} files, {size_text(n_bytes)}, state of {taken}, "
        f"version {contents.version}."
    )
