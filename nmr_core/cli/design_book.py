"""``design``: a lab book of one acquisition after another, begun, told of echoes, and shown."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments, design_arguments
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.design.problem import DesignProblem
    from nmr_core.design.sequential.book import LabBook
    from nmr_core.measured import Measurement

SHOWN = 8
"""Candidates of the next acquisition that are printed."""
OF_ECHO = ("shots", "time_unit", "accept_misfit")
"""Options that say something about the file of --tell."""
OF_PROBLEM = (
    *("source", "vary", "sequence", "limit", "set", "known", "budget", "seconds_per_shot"),
    *("change", "noise", "snr", "weights", "nuisances", "most", "seed"),
)
"""Options of a new problem: a stored book has its own."""
OF_RANKING = ("screen", "prove", "shape", "stored", "again")
"""Options that a lab book has no use for."""
DEFAULT_CRITERION = "weighted"


def add(parser: ArgumentParser) -> None:
    """Add the options of a lab book to the parser of ``design``."""
    group = parser.add_argument_group(
        "a lab book",
        "One acquisition after another, each chosen by what is known after the last one.",
    )
    kinds = group.add_mutually_exclusive_group()
    kinds.add_argument(
        "--begin",
        metavar="TARGET",
        type=arguments.text,
        help="begin one; the error to reach: 5%% of the ranges, or d=0.2,... in units",
    )
    kinds.add_argument(
        "--rehearse",
        metavar="TARGET",
        type=arguments.text,
        help="the same, measured to its end by a simulated spectrometer",
    )
    kinds.add_argument(
        "--book", metavar="ID", type=arguments.text, help="show one, or continue it with --tell"
    )
    group.add_argument(
        "--least-gain",
        metavar="G",
        type=design_arguments.fraction,
        help="of a new one: end where the error falls by less per hour, such as 2%%",
    )
    entries = group.add_mutually_exclusive_group()
    entries.add_argument(
        "--tell",
        metavar="FILE",
        type=arguments.text,
        help="measured echo of the setting that was asked for, averaged over its shots",
    )
    entries.add_argument("--undo", action="store_true", help="take the last echo back")
    group.add_argument(
        "--time-unit",
        metavar="U",
        type=arguments.text,
        help="unit of the times in that file: s, ms, us or ns",
    )
    group.add_argument(
        "--shots", metavar="N", type=arguments.whole, help="shots, if others than asked for"
    )
    group.add_argument(
        "--accept-misfit",
        action="store_true",
        help="enter an echo that is quite unlike the simulated ones all the same",
    )


def is_book(args: Namespace) -> bool:
    """Return whether the options are about a lab book."""
    return any(one is not None for one in (args.begin, args.rehearse, args.book))


def check(args: Namespace) -> None:
    """Raise :class:`InputError` for options that would be ignored."""
    if args.tell is not None and args.book is None:
        raise InputError("--tell needs the lab book that asked for the echo. Give its id: --book.")
    if args.undo and args.book is None:
        raise InputError("--undo takes back the last echo of a lab book. Give its id: --book.")
    if args.tell is None:
        _refuse(args, OF_ECHO, "is about the file of --tell. Give that, or leave it out.")
    if args.begin is None and args.rehearse is None:
        _refuse(args, ("least_gain",), "is of a new lab book. Give it with --begin or --rehearse.")
    if not is_book(args):
        return
    _refuse(args, OF_RANKING, "does not go with a lab book. Leave out one of the two.")
    if args.criterion != DEFAULT_CRITERION:
        raise InputError("--criterion does not go with a lab book. Give --weights with --begin.")
    if args.book is not None:
        advice = "changes no lab book that was begun. Leave it out, or begin another book."
        _refuse(args, OF_PROBLEM, advice)


def _refuse(args: Namespace, names: tuple[str, ...], sentence: str) -> None:
    """Refuse the first of some options that was given."""
    for name in names:
        value = getattr(args, name)
        if not (value is None or value is False or value == []):
            option = args.source if name == "source" else f"--{name.replace('_', '-')}"
            raise InputError(f"{option} {sentence}")


def run(args: Namespace, problem: Callable[[], DesignProblem], out: Path | None) -> None:
    """Begin, rehearse, continue or show a lab book.

    Parameters
    ----------
    args : Namespace
        Parsed arguments.
    problem : callable
        Returns the problem of the other options; called for a new book only.
    out : Path, optional
        CSV file for the entries.
    """
    book = _continued(args) if args.book is not None else _begun(args, problem())
    if out is not None:
        _write(book, out)
    if args.json:
        show_json(as_json(book))
    else:
        show(book)


def _begun(args: Namespace, problem: DesignProblem) -> LabBook:
    """A new book, stored."""
    from nmr_core.design.sequential.beginning import begin
    from nmr_core.design.sequential.rehearsing import rehearse
    from nmr_core.design.sequential.store import save_book

    target = target_of(args.begin if args.rehearse is None else args.rehearse)
    options = {"least_gain": args.least_gain or 0.0, "n_jobs": args.jobs}
    with Ticker() as ticker:
        if args.rehearse is not None:
            seed = args.seed or 0
            book = rehearse(problem, target, seed=seed, progress=ticker, **options)
        else:
            book = begin(problem, target, progress=ticker, **options)
    save_book(book)
    return book


def _continued(args: Namespace) -> LabBook:
    """A stored book, told of one more echo or without its last one where that is asked for."""
    from nmr_core.design.sequential.store import load_book, save_book
    from nmr_core.design.sequential.undoing import undo

    changes = args.undo or args.tell is not None
    book = load_book(args.book, with_pool=changes)
    if not changes:
        return book
    with Ticker() as ticker:
        book = undo(book, progress=ticker) if args.undo else _told(book, args, ticker)
    save_book(book)
    return book


def _told(book: LabBook, args: Namespace, ticker: Ticker) -> LabBook:
    """The book with the echo of a file."""
    from nmr_core.design.sequential.telling import tell
    from nmr_core.design.settings import Acquisition

    acquisition = None if book.request is None else book.request.acquisition
    if args.shots is not None and acquisition is not None:
        acquisition = Acquisition(acquisition.setting, args.shots)
    return tell(
        book,
        _measurement(args.tell, args),
        acquisition=acquisition,
        accept_misfit=args.accept_misfit,
        progress=ticker,
    )


def _measurement(path: str, args: Namespace) -> Measurement:
    """The only measurement of a file."""
    from nmr_core.measured import read_measurements

    several = read_measurements(Path(path), time_unit=args.time_unit)
    if len(several) != 1:
        raise InputError(
            f"{Path(path).name} holds {len(several)} echoes, and the lab book asked for one. Write "
            "it to a file of its own."
        )
    return several[0]


def target_of(text: str) -> float | dict[str, float]:
    """Return the target of a text: "5%", "0.05" or "d=0.2,xi=1".

    Raises
    ------
    InputError
        For another text.
    """
    try:
        if "=" in text:
            pairs = [one.split("=") for one in text.split(",")]
            return {name.strip(): float(value) for name, value in pairs}
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise InputError(
            f"A target is an error such as 5%, or the error of each parameter such as d=0.2,xi=1; "
            f"got {text[:40]!r}."
        ) from None


def show(book: LabBook) -> None:
    """Print a lab book: entries, estimate, and what comes next."""
    facts = {
        "lab book": book.id,
        "target": book.target.label,
        "time": f"{book.seconds:.4g} s of {book.problem.budget:.4g} s",
    }
    show_facts(facts)
    table = book.table
    if len(table):
        print()
        columns = ["setting", "shots", "seconds_so_far", "expected", "error", "misfit"]
        rows = [[_cell(row[name], name) for name in columns] for row in table.to_dict("records")]
        show_table(columns, rows, table="lab_book")
        print()
        notes = {f"note to {k}": note for k, note in enumerate(table["note"], start=1) if note}
        show_facts(notes | _estimates(book))
    if book.request is not None and book.request.acquisition is not None:
        print()
        columns = ["setting", "shots", "seconds", "expected", "gain_per_hour"]
        rows = [
            [_cell(row[name], name) for name in columns]
            for row in book.request.table.head(SHOWN).to_dict("records")
        ]
        show_table(columns, rows, table="lab_book")
    print()
    print(book.sentence)


def _estimates(book: LabBook) -> dict[str, str]:
    """Parameter -> its estimate with interval, and the truth of a rehearsal."""
    estimate = book.estimate
    lines = {}
    for spec in book.problem.specs:
        name = spec.name
        ends = f"[{estimate.low[name]:.4g}, {estimate.high[name]:.4g}]"
        truth = f", truth {book.truth[name]:.4g}" if name in book.truth else ""
        unknown = ", no setting determines it" if name in book.unknown else ""
        lines[spec.label] = f"{estimate.values[name]:.4g} {ends}{truth}{unknown}"
    return lines


def _cell(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if name in ("expected", "error"):
        return "-" if value != value else f"{100 * value:.3g} %"
    return f"{value:.4g}"


def _write(book: LabBook, out: Path) -> None:
    from nmr_core.glossary import csv_text
    from nmr_core.storage.files import write_file

    specs = {spec.name: spec for spec in book.problem.specs}
    text = csv_text(book.table, specs, "lab_book")
    write_file(out, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    say(f"Written: {out}")


def as_json(book: LabBook) -> dict[str, Any]:
    """Return a lab book as JSON-ready values, without its pool."""
    request = book.request
    acquisition = None if request is None else request.acquisition
    return {
        "id": book.id,
        "title": book.title,
        "target": book.target.to_dict(),
        "seconds": book.seconds,
        "budget": book.problem.budget,
        "entries": book.table.to_dict("records"),
        "truth": book.truth,
        "unknown": list(book.unknown),
        "finished": book.is_finished,
        "next": None
        if acquisition is None
        else {"setting": acquisition.setting.to_dict(), "shots": acquisition.shots},
        "sentence": book.sentence,
    }
