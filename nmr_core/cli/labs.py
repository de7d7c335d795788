"""``labs``: list the guided labs, compute a move, write a notebook."""

from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.cli.output import show_cells, show_json
from nmr_core.cli.ticker import say
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from nmr_core.labs.lab import Lab, Number, Result

EXAMPLE = """example:
  python -m nmr_core labs
  python -m nmr_core labs run overfit points=20 noise=0.1
  python -m nmr_core labs run stopping draws=5 --html stopping.html
  python -m nmr_core labs controls overfit
  python -m nmr_core labs notebook overfit draw=3 -o overfit.ipynb

A move is CONTROL=VALUE, ...; a control that is left out has its default. The same move gives the
same numbers, on every computer."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "labs",
        help="guided labs: compute a move, write a notebook",
        epilog=EXAMPLE,
        description="List the guided labs, compute a move of one, or write it as a notebook.",
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action")
    texts = {
        "list": "all labs, with your progress (default)",
        "controls": "controls of a lab and their values",
        "run": "numbers of a move",
        "notebook": "a Jupyter notebook that computes a move with NumPy and with PyTorch",
    }
    for name, text in texts.items():
        action = actions.add_parser(
            name, help=text, description=f"{text.capitalize()}.", epilog=EXAMPLE
        )
        if name != "list":
            action.add_argument("lab", metavar="LAB", type=arguments.text, help="name of the lab")
        if name in ("run", "notebook"):
            action.add_argument(
                "move", nargs="*", metavar="CONTROL=VALUE", type=arguments.text, help="what to move"
            )
        if name == "run":
            action.add_argument(
                "--html",
                metavar="FILE",
                type=arguments.text,
                help="write the figures to a .html file",
            )
        if name == "notebook":
            action.add_argument(
                "-o",
                "--out",
                metavar="FILE",
                type=arguments.text,
                help=".ipynb file; default: LAB.ipynb",
            )
        else:
            action.add_argument("--json", action="store_true", help="print the result as JSON")
        action.set_defaults(run=run)
    parser.set_defaults(run=run, json=False)


def run(args: Namespace) -> None:
    """Carry out the action."""
    actions = {"run": _run, "notebook": _notebook, "controls": _controls}
    actions.get(args.action, _list)(args)


def _list(args: Namespace) -> None:
    from nmr_core.labs import progress
    from nmr_core.labs.registry import LABS

    own = progress.read()
    states = {slug: own.get(slug, progress.Progress()) for slug in LABS}
    if args.json:
        show_json(
            [
                {"lab": slug, "number": lab.number, "title": lab.title, "minutes": lab.minutes}
                | vars(states[slug])
                | {"done": states[slug].done}
                for slug, lab in LABS.items()
            ]
        )
        return
    rows = [
        (str(lab.number), slug, lab.title, f"{lab.minutes}", "yes" if states[slug].done else "")
        for slug, lab in LABS.items()
    ]
    show_cells(("number", "lab", "title", "minutes", "done"), rows)


def _controls(args: Namespace) -> None:
    from nmr_core.labs.registry import get

    controls = get(args.lab).controls
    if args.json:
        show_json([vars(control) for control in controls])
        return
    rows = [
        (one.key, str(one.default), _options(one.options), f"{one.label}: {one.help}")
        for one in controls
    ]
    show_cells(("control", "default", "values", "meaning"), rows)


def _options(options: tuple) -> str:
    """All values, or the ends of a long range."""
    texts = list(map(str, options))
    return ", ".join(texts) if len(texts) <= 8 else f"{', '.join(texts[:3])} ... {texts[-1]}"


def _run(args: Namespace) -> None:
    from nmr_core.labs.registry import get

    lab = get(args.lab)
    state = lab.complete(_state(args.move))
    file = arguments.out_file(args.html, (".html", ".htm")) if args.html else None
    result = lab.run(state)
    if file is not None:
        _write_figures(lab, result, file)
    if args.json:
        numbers = [vars(number) for number in result.numbers]
        show_json({"lab": lab.slug, "state": state, "numbers": numbers})
        return
    show_cells(("number", "value", "unit", "note"), [_row(number) for number in result.numbers])


def _row(number: "Number") -> tuple[str, ...]:
    return number.label, f"{number.value:.4g}", number.unit, number.note


def _state(move: list[str]) -> dict[str, str]:
    """Controls and the texts of their values."""
    state = {}
    for text in move:
        key, sign, value = text.partition("=")
        if not sign:
            raise InputError(f"A move is CONTROL=VALUE, such as points=20; got {text[:40]!r}.")
        state[key] = value
    return state


def _write_figures(lab: "Lab", result: "Result", file: "Path") -> None:
    from nmr_core.plots import LIGHT
    from nmr_core.plots.html_page import escaped, html_page, placed
    from nmr_core.plots.labs import lab_figures
    from nmr_core.storage.files import write_file

    figures: list = []
    body = [f"<h1>{escaped(lab.title)}</h1>", f"<p>{escaped(lab.lead)}</p>"]
    for figure in lab_figures(lab, {"this move": result}, LIGHT).values():
        body.append(placed(figure, figures))
    body.append(f"<p>{escaped(lab.explanation)}</p>")
    text = html_page(lab.title, body, figures)
    write_file(file, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    say(f"Written: {file}")


def _notebook(args: Namespace) -> None:
    from nmr_core.labs.notebook import notebook
    from nmr_core.labs.registry import get
    from nmr_core.storage.files import write_file

    lab = get(args.lab)
    file = arguments.out_file(args.out or f"{lab.slug}.ipynb", (".ipynb",))
    content = notebook(lab, _state(args.move))
    write_file(file, lambda temporary: temporary.write_bytes(content))
    say(f"Written: {file}")
