"""``challenge``: hidden parameters, submissions and boards."""

from argparse import SUPPRESS, ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli import challenge_files as files
from nmr_core.cli.challenge_help import EXAMPLE, RULES, TEXTS
from nmr_core.cli.challenge_output import facts, minute, show_board, show_challenge
from nmr_core.cli.output import show_cells, show_json
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge

_RENAMED = {"train": "n_train", "public": "n_public", "private": "n_private"}


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "challenge",
        help="make, submit to, steer and close challenges",
        epilog=EXAMPLE,
        description="Make a challenge with hidden parameters, submit to it, look at its board.",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(metavar="ACTION")
    _add_create(actions)
    _action(actions, "list", _list, "list the challenges")
    for name, run, text in (
        ("template", files.template, "write a CSV file that can be submitted"),
        ("curves", files.curves, "write the test curves as an NPZ file"),
        ("export", files.export, "write results, submissions and rules as a zip file"),
    ):
        action = _action(actions, name, run, text, id=True)
        action.add_argument("-o", "--output", metavar="FILE", help="default: named by the id")
    _add_submit(actions)
    _action(actions, "board", _board, "print the board", id=True)
    for name in ("freeze", "unfreeze", "hide", "unhide"):
        _action(actions, name, _switch(name), TEXTS[name], id=True)
    for name in ("extend", "reopen"):
        action = _action(actions, name, _move_end(name), TEXTS[name], id=True)
        action.add_argument("until", metavar="TIME", help='e.g. 90min, 2h, "2026-12-24 18:00"')
    tries = _action(actions, "tries", _tries, "set how many tries a team has", id=True)
    tries.add_argument("team", metavar="TEAM", help="name on the board")
    tries.add_argument("n", type=int, metavar="N", help="altogether")
    _action(actions, "people", _people, "list who has a team", id=True)
    move = _action(actions, "move", _move, "move a person to another team", id=True)
    move.add_argument("person", metavar="PERSON", help="id of people")
    move.add_argument("team", metavar="TEAM", help="name on the board")
    _action(actions, "rescore", _rescore, "score all submissions again", id=True)
    _action(actions, "delete", _delete, "remove it for good; its training set stays", id=True)
    close = _action(actions, "close", _close, "end it, and reveal the private result", id=True)
    close.add_argument(
        "--no-reveal", action="store_true", help="without the private result; it can be reopened"
    )


def _add_create(actions: _SubParsersAction) -> None:
    create = _action(actions, "create", _create, "make a challenge")
    create.add_argument("template", metavar="TEMPLATE", help="2020, kernels, repair or error_bars")
    for name, (kind, metavar, text) in RULES.items():
        create.add_argument(f"--{name}", type=kind, metavar=metavar, help=text)
    create.add_argument("--preset", metavar="NAME", help="another prior than that of the template")
    create.add_argument("--start", metavar="TIME", help="default: now")
    create.add_argument("--until", metavar="TIME", help="its end (default: in a week)")
    create.add_argument(
        "--no-references", action="store_true", help="train no reference models for the board"
    )


def _add_submit(actions: _SubParsersAction) -> None:
    submit = _action(actions, "submit", _submit, "submit predictions")
    submit.add_argument("id", metavar="ID", help="of the list, or the address of a server's")
    submit.add_argument("file", nargs="?", metavar="FILE", help="CSV with the template's columns")
    submit.add_argument("--run", dest="run_id", metavar="RUN", help="predictions of this run")
    submit.add_argument("--name", default="Command line", help="who submits, as the board shows it")
    submit.add_argument("--note", default="", help="remark in the history")


def _action(
    actions: _SubParsersAction,
    name: str,
    run: Callable[[Namespace], None],
    text: str,
    *,
    id: bool = False,
) -> ArgumentParser:
    action = actions.add_parser(name, help=text, description=text.capitalize(), epilog=EXAMPLE)
    if id:
        action.add_argument("id", metavar="ID", help="of the list")
    action.add_argument(
        "--json", action="store_true", default=SUPPRESS, help="print the result as JSON"
    )
    action.set_defaults(run=run)
    return action


def _create(args: Namespace) -> None:
    from nmr_core.challenge import create
    from nmr_core.cli.server import until

    rules: dict = {
        _RENAMED.get(name, name).replace("-", "_"): getattr(args, name.replace("-", "_"))
        for name in RULES
    }
    rules |= {"starts": until(args.start), "ends": until(args.until)}
    rules = {name: value for name, value in rules.items() if value is not None}
    with Ticker() as ticker:
        challenge = create(
            args.template,
            preset=args.preset,
            references=not args.no_references,
            progress=ticker,
            **rules,
        )
    if challenge.room:
        _give_to_rooms()
    show_challenge(challenge, args.json)


def _give_to_rooms() -> None:
    from nmr_core.storage.workspace import server_folder
    from nmr_core.workshop import Rooms, room_challenges

    room_challenges.assign(Rooms(server_folder()))


def _list(args: Namespace) -> None:
    from nmr_core.challenge import list_challenges

    challenges = list_challenges()
    if args.json:
        show_json([facts(challenge) for challenge in challenges])
    elif challenges:
        rows = [
            (one.id, one.title, one.template, one.state, str(one.tries), minute(one.ends))
            for one in challenges
        ]
        show_cells(("id", "title", "template", "state", "tries", "ends"), rows)
    else:
        say("There are no challenges. Make one: challenge create 2020")


def _submit(args: Namespace) -> None:
    if "://" in args.id:
        from nmr_core.challenge.client import submit as send

        answer = send(_file(args), args.id, note=args.note)
    else:
        answer = _submit_here(args)
    if args.json:
        show_json(answer)
    else:
        print(answer["sentence"])


def _submit_here(args: Namespace) -> dict:
    from nmr_core.challenge import Participant, load, predict_for, submit
    from nmr_core.evaluation import load_run

    challenge = load(args.id)
    if (args.run_id is None) == (args.file is None):
        raise InputError("Give a FILE, or a run with --run.")
    if args.run_id:
        content = predict_for(challenge, load_run(args.run_id))
    else:
        content = _file(args).read_bytes()
    by = Participant(f"cli:{args.name}", args.name)
    return asdict(submit(challenge, content, by, args.note, args.run_id or ""))


def _file(args: Namespace) -> Path:
    path = Path(args.file or "")
    if not path.is_file():
        raise InputError(f"There is no file {str(path)[:80]!r}. Check its path.")
    return path


def _board(args: Namespace) -> None:
    from nmr_core.challenge import board, load

    challenge = load(args.id)
    one = board(challenge, organiser=True)
    if args.json:
        show_json(asdict(one))
        return
    say(f"{challenge.title}: {one.state}, ends {minute(challenge.ends)}")
    show_board(challenge, one)


def _switch(name: str) -> Callable[[Namespace], None]:
    """The function of an action that needs nothing but the challenge."""

    def run(args: Namespace) -> None:
        from nmr_core import challenge

        one = challenge.load(args.id)
        change = {
            "freeze": challenge.freeze,
            "unfreeze": challenge.unfreeze,
            "hide": challenge.hide,
            "unhide": lambda shown: challenge.hide(shown, False, last=0.0),
        }[name]
        show_challenge(change(one), args.json)

    return run


def _move_end(name: str) -> Callable[[Namespace], None]:
    def run(args: Namespace) -> None:
        from nmr_core import challenge
        from nmr_core.cli.server import until

        change = challenge.extend if name == "extend" else challenge.reopen
        show_challenge(change(challenge.load(args.id), until(args.until) or 0.0), args.json)

    return run


def _tries(args: Namespace) -> None:
    from nmr_core.challenge import load, set_tries

    challenge = load(args.id)
    set_tries(challenge, _team(challenge, args.team), args.n)
    say(f"{args.team} has {args.n} tries altogether.")


def _team(challenge: "Challenge", name: str) -> str:
    """Id of the team with a name."""
    from nmr_core.challenge import members

    return next((one.team for one in members(challenge) if one.team_name == name), name)


def _people(args: Namespace) -> None:
    from nmr_core.challenge import load, members

    everyone = members(load(args.id))
    if args.json:
        show_json([asdict(one) for one in everyone])
    else:
        rows = [(one.person, one.name, one.team_name) for one in everyone]
        show_cells(("id", "name", "team"), rows)


def _move(args: Namespace) -> None:
    from nmr_core.challenge import load, move

    challenge = load(args.id)
    move(challenge, args.person, _team(challenge, args.team))
    say(f"{args.person} is in {args.team} now.")


def _rescore(args: Namespace) -> None:
    from nmr_core.challenge import load, rescore

    say(f"{rescore(load(args.id))} submissions were scored again.")


def _delete(args: Namespace) -> None:
    from nmr_core.challenge import delete, load

    delete(load(args.id))
    say(f"{args.id} is gone.")


def _close(args: Namespace) -> None:
    from nmr_core.challenge import close, load

    challenge = close(load(args.id), reveal=not args.no_reveal)
    if args.json:
        show_json(facts(challenge))
    else:
        _board(args)
