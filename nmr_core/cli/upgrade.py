"""``upgrade``: a data folder of one user becomes that of a server for a team."""

from argparse import Namespace, _SubParsersAction

from nmr_core.cli.output import show_json

EXAMPLE = """example:
  NMR_DATA=/srv/echoes python -m nmr_core upgrade --dry-run
  NMR_DATA=/srv/echoes python -m nmr_core upgrade
  NMR_DATA=/srv/echoes python -m nmr_core upgrade --to "Echo lab"
  NMR_DATA=/srv/echoes python -m nmr_core upgrade --undo

Data sets, runs and studies that were stored without a login (versions 0.1 to 0.9, or the profile
local) lie in no workspace, and a team does not see them. This moves them, with the trash and the
list of finished jobs, into the library, which everyone reads, or into another workspace. Their
files stay as they are. Each step is a rename; take a backup first all the same."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "upgrade",
        help="move things of one user into a workspace of a team",
        epilog=EXAMPLE,
        description="Move what is stored without a workspace into one.",
    )
    actions = parser.add_mutually_exclusive_group()
    actions.add_argument("--dry-run", action="store_true", help="only print what would be moved")
    actions.add_argument("--undo", action="store_true", help="move everything back")
    parser.add_argument(
        "--to", default="library", metavar="WORKSPACE", help="id or title (default: library)"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Move, move back, or print the plan."""
    from nmr_core.operations import upgrade
    from nmr_core.storage.audit import note

    if args.undo:
        n_moved = upgrade.undo()
        note("upgrade", undone=True, n_things=n_moved)
        if args.json:
            show_json({"moved_back": n_moved})
        else:
            print(f"{n_moved} things are back where they were.")
        return
    steps = upgrade.plan(args.to) if args.dry_run else upgrade.upgrade(args.to)
    if steps.names and not args.dry_run:
        note("upgrade", workspace=steps.target, n_things=len(steps.names))
    if args.json:
        show_json({"workspace": steps.target, "moved": steps.names, "left": steps.taken})
        return
    if not steps.names:
        print("Everything is in a workspace already.")
    else:
        print(f"{'Would move' if args.dry_run else 'Moved'} {steps.sentence()}.")
    for name in steps.taken:
        print(f"{name} stays: the workspace has another one of this name. Rename one of them.")
