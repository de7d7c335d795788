"""``room rehearse``: fake people do what those of a workshop will do."""

import time
from argparse import Namespace, _SubParsersAction
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from nmr_core.cli.output import show_cells, show_json
from nmr_core.cli.room_output import show_presence, show_room
from nmr_core.cli.ticker import Ticker
from nmr_core.errors import FailedError

if TYPE_CHECKING:
    from argparse import ArgumentParser


def add(actions: _SubParsersAction, add_action: Callable[..., "ArgumentParser"]) -> None:
    """Add the action and its arguments to the subparsers of ``room``."""
    action = add_action(actions, "rehearse", run, "let fake people do what yours will do")
    action.add_argument("--people", type=int, default=5, metavar="N", help="1 to 10 (default: 5)")
    action.add_argument(
        "--curves", type=int, default=500, metavar="N", help="of each data set (default: 500)"
    )
    action.add_argument(
        "--template", default="2020", metavar="NAME", help="template of the challenge"
    )
    action.add_argument(
        "--keep", action="store_true", help="leave room and people, to look at them in the app"
    )


def run(args: Namespace) -> None:
    """Rehearse, and print who did what and when."""
    from nmr_core.storage.workspace import server_folder
    from nmr_core.workshop.rehearsal import STEPS, rehearse

    begin = time.monotonic()
    with Ticker("") as ticker:
        result = rehearse(
            server_folder(),
            n_people=args.people,
            n_curves=args.curves,
            template=args.template,
            keep=args.keep,
            progress=ticker,
        )
    if args.json:
        show_json(
            {
                "seconds": result.seconds,
                "visits": [asdict(visit) for visit in result.visits],
                "problems": result.problems,
            }
        )
    else:
        rows = [
            (visit.name, *(_seconds(visit.seconds.get(step)) for step in STEPS), visit.score)
            for visit in result.visits
        ]
        show_cells(("person", *(f"{step}, s" for step in STEPS), "board"), rows)
        print("What the organiser saw at the end:")
        show_presence(result.table)
        whole = (time.monotonic() - begin) / 60
        print(
            f"From joining to the last submission it took {result.seconds / 60:.1f} min, with "
            f"making and removing the challenge {whole:.1f} min. 30 people at once would need "
            f"about {result.minutes_for(30):.0f} min on this computer."
        )
        if args.keep:
            show_room(result.room)
    if result.problems:
        raise FailedError(" ".join(result.problems))


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
