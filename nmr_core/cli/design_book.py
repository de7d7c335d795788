"""``design``: a lab book of one acquisition after another, begun, told of echoes, and shown."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.design.problem import DesignProblem
    from nmr_core.design.sequential.book import LabBook
    from nmr_core.measured import Measurement

SHOWN = 8
"""Candidates of the next acquisition that are printed."""


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
        "--tell",
        metavar="FILE",
        type=arguments.text,
        help="measured echo of the setting that was asked for, averaged over its shots",
    )
    group.add_argument(
        "--time-unit",
        metavar="U",
        type=arguments.text,
        help="unit of the times in that file: s, ms, us or ns",
    )
    group.add_argument(
        "--shots", metavar="N", type=arguments.whole, help="shots, if others than asked for"
    )


def is_book(args: Namespace) -> bool:
    """Return whether the options are about a lab book."""
    return any((args.begin, args.rehearse, args.book, args.tell))


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
    if args.tell and not args.book:
        raise InputError("--tell needs the lab book that asked for the echo. Give its id: --book.")
    book = _continued(args) if args.book else _begun(args, problem())
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

    target = target_of(args.begin or args.rehearse)
    with Ticker() as ticker:
        if args.rehearse:
            seed = args.seed or 0
            book = rehearse(problem, target, seed=seed, n_jobs=args.jobs, progress=ticker)
        else:
            book = begin(problem, target, n_jobs=args.jobs, progress=ticker)
    save_book(book)
    return book


def _continued(args: Namespace) -> LabBook:
    """A stored book, told of one more echo where there is one."""
    from nmr_core.design.sequential.store import load_book, save_book
    from nmr_core.design.sequential.telling import tell
    from nmr_core.design.settings import Acquisition

    book = load_book(args.book, with_pool=bool(args.tell))
    if not args.tell:
        return book
    acquisition = None
    asked = book.request.acquisition if book.request is not None else None
    if args.shots and asked is not None:
        acquisition = Acquisition(asked.setting, args.shots)
    with Ticker() as ticker:
        book = tell(book, _measurement(args.tell, args), acquisition=acquisition, progress=ticker)
    if book.entries[-1].note:
        say(book.entries[-1].note)
    save_book(book)
    return book


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
        columns = ["setting", "shots", "seconds_so_far", "expected", "error"]
        rows = [[_cell(row[name], name) for name in columns] for row in table.to_dict("records")]
        show_table(columns, rows, table="lab_book")
        print()
        show_facts(_estimates(book))
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
