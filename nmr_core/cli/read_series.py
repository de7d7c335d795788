"""``read FOLDER|FILES... --series``: estimates over temperature, field, a delay, ..."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments, figure_style, protocol_options, reading_options, text_options
from nmr_core.cli.output import show_cells, show_facts, show_json
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nmr_core.io.measurement import Measurement
    from nmr_core.learning.run import Run
    from nmr_core.measured.answering import ReadyRun
    from nmr_core.measured.series import Series
    from nmr_core.measured.series.result import SeriesResult

    Choose = Callable[[Namespace, list[Measurement]], Run]

TRIED = 3
"""Echoes of a series for which a run is looked for."""
LISTED = 8
"""Files without estimates that are printed."""


def add(parser: ArgumentParser) -> None:
    """Add the options of a series to the parser of ``read``."""
    group = parser.add_argument_group(
        "a series",
        "FILE may be a folder, several files, or files with several echoes each.",
    )
    group.add_argument(
        "--series",
        action="store_true",
        help="estimate every echo, over the quantity that is swept",
    )
    group.add_argument(
        "--watch",
        action="store_true",
        help="then wait for new files in the folder, until Ctrl-C; implies --series",
    )
    group.add_argument(
        "--by",
        metavar="QUANTITY",
        type=arguments.text,
        help="swept quantity: temperature, field, recovery, angle, frequency, tau, a key of the "
        "headers, a word of the file names, or order; header: or name: before it chooses the "
        "place, such as name:temperature; a unit follows in brackets, such as 'T (mK)' (default: "
        "found)",
    )
    group.add_argument(
        "--values",
        metavar="FILE",
        type=arguments.text,
        help="table of two columns, file and value of the swept quantity",
    )
    group.add_argument(
        "--group",
        metavar="K",
        type=int,
        default=1,
        help="which protocol of a folder with several, 1 is the most frequent (default 1)",
    )
    group.add_argument(
        "--seeds",
        metavar="N",
        type=int,
        help="simulations of each estimate, 20 or more; 0: none (default 50)",
    )


def is_series(args: Namespace) -> bool:
    """Return whether the arguments ask for a series."""
    return bool(args.series or args.watch)


def run(args: Namespace, sources: list[str], choose: Choose) -> None:
    """Estimate a series and print it.

    Parameters
    ----------
    args : Namespace
        With the options of :func:`add`, of ``reading_options.add`` and ``text_options``,
        and level, json, csv and report.
    sources : list of str
        Folder or files.
    choose : callable
        (args, measurements of the series) -> the run that estimates them.
    """
    from nmr_core.measured.verdict import checked_seeds

    if args.seeds is not None:
        checked_seeds(args.seeds, none=True)
    out = args.csv and arguments.out_file(args.csv, (".csv",))
    report = args.report and arguments.out_file(args.report, (".html",))
    if args.watch:
        _watch(args, sources, choose, out, report)
        return
    series = _collected(args, sources)
    if series.question:
        raise InputError(series.question)
    ready = _ready(args, series, choose)
    result = _answered(args, series, ready, None)
    _write(args, result, sources, out, report)
    if args.json:
        show_json(as_json(result))
        return
    _show(result, list(result.table.index))


def _collected(args: Namespace, sources: list[str]) -> Series:
    from nmr_core.measured.series import collect

    with Ticker("files") as ticker:
        series = collect(
            sources,
            quantity=args.by,
            values=args.values,
            kind=args.format,
            options=_options(args),
            progress=ticker,
        )
    return _stated(args, series)


def _stated(args: Namespace, series: Series) -> Series:
    """The series whose echoes hold the given numbers."""
    from nmr_core.measured.series.stating import stated_series

    if args.tau is not None and series.quantity is not None and series.quantity.name == "tau":
        raise InputError(
            f"tau is what is swept ({series.reason}), so --tau {args.tau:g} cannot hold for every "
            "echo. Leave --tau out, or choose another quantity with --by."
        )
    return stated_series(
        series, lambda item: protocol_options.given(args, item.number - 1, item.n_records)
    )


def _given(args: Namespace) -> dict[str, float | str | list[float]]:
    """The given numbers of the protocol; of angles one per echo of a file, where they differ."""
    numbers = {name: getattr(args, name) for name in protocol_options.GIVEN}
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in numbers.items()
        if value is not None
    }


def _options(args: Namespace) -> Any:
    from nmr_core.io.options import ReadOptions

    return ReadOptions.checked(
        args.time_unit,
        args.columns,
        args.dwell,
        None,
        text_options.chosen(args),
        first=args.first_point,
    )


def _ready(args: Namespace, series: Series, choose: Choose) -> ReadyRun:
    from nmr_core.measured.answering import ready
    from nmr_core.measured.series.model import spread

    return ready(choose(args, spread(series, group=args.group)))


def _answered(
    args: Namespace, series: Series, ready: ReadyRun, previous: SeriesResult | None
) -> SeriesResult:
    from nmr_core.measured.series.answering import answer_series
    from nmr_core.measured.series.resimulating import N_SEEDS

    with Ticker() as ticker:
        return answer_series(
            ready,
            series,
            group=args.group,
            steps=reading_options.steps_of(args),
            level=args.level,
            n_seeds=N_SEEDS if args.seeds is None else args.seeds,
            previous=previous,
            progress=ticker,
        )


def _watch(
    args: Namespace,
    sources: list[str],
    choose: Choose,
    out: Path | None,
    report: Path | None,
) -> None:
    """Answer new files as they become complete, until Ctrl-C."""
    from nmr_core.measured.series import watch
    from nmr_core.measured.series.growing import Growing

    if len(sources) != 1 or not Path(sources[0]).is_dir():
        raise InputError(
            f"--watch takes one folder, got {len(sources)} sources. Give the folder that the "
            "spectrometer writes into."
        )
    if args.values:
        raise InputError(
            "--watch reads the swept quantity from headers and names; --values cannot name files "
            "that are not there yet. Leave one of them out."
        )
    growing = Growing(Path(sources[0]), by=args.by, kind=args.format, options=_options(args))
    ready, result, question = None, None, ""
    say(f"Watching {sources[0]}; Ctrl-C ends it.")
    try:
        for paths in watch(sources[0]):
            series = _stated(args, growing.add(paths))
            if series.question:
                if series.question != question:
                    say(series.question)
                question = series.question
                continue
            ready = ready or _ready(args, series, choose)
            before = set() if result is None else set(result.table["key"])
            result = _answered(args, series, ready, result)
            _write(args, result, sources, out, report)
            new = [k for k, key in enumerate(result.table["key"]) if key not in before]
            if args.json:
                show_json(as_json(result))
            else:
                _show(result, new)
    except KeyboardInterrupt:
        say("Watching ended." if result is None else f"Watching ended: {result.summary}.")


def _write(
    args: Namespace,
    result: SeriesResult,
    sources: list[str],
    out: Path | None,
    report: Path | None,
) -> None:
    """Store the result, and write the files that were asked for."""
    from nmr_core.measured.series.code import series_code
    from nmr_core.storage.files import write_file

    result.save()
    if out:
        text = result.csv()
        write_file(out, lambda path: path.write_text(text, encoding="utf-8", newline="\n"))
    if report:
        from nmr_core.plots.series_report import series_report

        places = [str(Path(source).resolve()) for source in sources]
        code = series_code(
            result,
            places,
            group=args.group,
            kind=args.format or "",
            options=_options(args),
            steps=reading_options.steps_of(args),
            given=_given(args),
        )
        page = series_report(result, code=code).html(figure_style.look_of(args))
        write_file(report, lambda path: path.write_text(page, encoding="utf-8", newline="\n"))


def _show(result: SeriesResult, rows: list[int]) -> None:
    """Print some rows of the result, what is swept and why, and the notes."""
    from nmr_core.glossary import column
    from nmr_core.measured.series.result import ESTIMATED, HIDDEN

    table, targets = result.shown()
    table = table.loc[rows]
    there = table[table["state"].isin([ESTIMATED, HIDDEN])]
    names = [name for name in result.targets if name not in result.unidentifiable]
    heads = [
        column(name, targets, "series").csv_head
        for name in (result.column, "file", *names, "applicability", "p_value", "quotable")
    ]
    cells = [
        [
            _number(row[result.column]),
            _name(row),
            *(_estimate(row, name) for name in names),
            row["applicability"],
            _number(row["p_value"], 2),
            row["quotable"],
        ]
        for row in there.to_dict("records")
    ]
    if cells:
        show_cells(heads, cells)
        print()
    rest = table[~table["state"].isin([ESTIMATED, HIDDEN])]
    for row in rest.to_dict("records")[:LISTED]:
        print(f"{_name(row)}: {row['verdict']}")
    if len(rest) > LISTED:
        print(f"... and {len(rest) - LISTED} more without estimates")
    print(f"{result.summary}. {result.reason}")
    for note in result.notes:
        print(note)
    show_facts({"series": result.id, "run": result.run})


def _name(row: dict) -> str:
    return row["file"] if row["number"] == 1 else f"{row['file']} {row['number']}"


def _number(value: float, digits: int = 5) -> str:
    return "-" if value != value else f"{value:.{digits}g}"


def _estimate(row: dict, name: str) -> str:
    value = row[f"predicted_{name}"]
    if value != value:
        return "hidden"
    if f"low_{name}" not in row:
        return f"{value:.4g}"
    return f"{value:.4g} [{row[f'low_{name}']:.4g}, {row[f'high_{name}']:.4g}]"


def as_json(result: SeriesResult) -> dict[str, Any]:
    """Return the result, JSON-ready."""
    return {
        "id": result.id,
        "run": result.run,
        "level": result.level,
        "quantity": {"name": result.quantity.name, "unit": result.quantity.unit},
        "source": result.source,
        "reason": result.reason,
        "notes": list(result.notes),
        "protocol": result.protocol,
        "summary": result.summary,
        "units": {name: spec.get("unit", "") for name, spec in result.targets.items()},
        "rows": result.table.to_dict("records"),
    }
