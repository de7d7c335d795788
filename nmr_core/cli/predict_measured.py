"""``predict RUN FILE --measured``: parameters of one measured echo."""

from argparse import SUPPRESS, ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments, text_options
from nmr_core.cli.output import quantity, show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.evaluation.run import Run
    from nmr_core.measured import Prepared

STEPS = (
    "time_zero",
    "echo_time",
    "phase",
    "baseline",
    "amplitude",
    "dead_time",
    "resample",
    "conjugate",
)
HELP = {
    "time_zero": "µs: the measurement's own time of the first pulse",
    "echo_time": "µs: the measurement's own time of the echo",
    "phase": "degrees by which the receiver has turned the signal",
    "baseline": "constant, linear, or a number",
    "amplitude": "what the measurement shows for M = 1",
    "dead_time": "µs after each pulse that the receiver was blind",
    "resample": "average, spline or nearest",
    "conjugate": "yes or no: whether Im has the other sign",
}


def add(parser: ArgumentParser) -> None:
    """Add the options of --measured; --measured and --measurement are their names up to 0.5."""
    own = parser.add_argument_group(
        "a measured echo", "What is not given is found, and said; 'off' leaves a step out."
    )
    own.add_argument(
        "--measured",
        action="store_true",
        help="FILE holds one measured echo, of any spectrometer or as text",
    )
    own.add_argument("--own", dest="measured", action="store_true", help=SUPPRESS)
    own.add_argument("--record", dest="measurement", type=arguments.names, help=SUPPRESS)
    own.add_argument(
        "--time-unit", metavar="U", type=arguments.text, help="s, ms, us or ns: of the file's times"
    )
    own.add_argument(
        "--columns",
        metavar="T,RE,IM",
        type=arguments.names,
        help="columns, by name or number from 1",
    )
    own.add_argument(
        "--dwell",
        metavar="STEP",
        type=float,
        help="time between points, in --time-unit, if no column holds times",
    )
    own.add_argument(
        "--measurement",
        metavar="K,...",
        type=arguments.names,
        help="which echoes of a file with several, from 1",
    )
    for name in STEPS:
        own.add_argument(
            f"--{name.replace('_', '-')}", metavar="X", type=arguments.text, help=HELP[name]
        )
    own.add_argument(
        "--resimulate",
        action="store_true",
        help="simulate the estimate and compare it with the measurement",
    )
    own.add_argument(
        "--refine", action="store_true", help="then fit the simulator to the echo (minutes)"
    )
    own.add_argument(
        "--report",
        metavar="FILE",
        type=arguments.text,
        help="write one page about it to a .html file",
    )


def run(args: Namespace) -> None:
    """Read, prepare, estimate, simulate again, print."""
    from nmr_core.evaluation import load_run
    from nmr_core.measured.estimating import estimate, find_error_model, hide_unidentifiable
    from nmr_core.measured.for_run import (
        p_value_sentence,
        prepare_for_run,
        resimulated,
        target_for_run,
    )
    from nmr_core.measured.verdict import verdict

    out, report = (
        name and arguments.out_file(name, (end,))
        for name, end in ((args.csv, ".csv"), (args.report, ".html"))
    )
    run_ = load_run(arguments.stored(args.run_id, load_run))
    steps, target = _steps(args), target_for_run(run_)
    prepared = prepare_for_run(
        run_, _measurements(args, target.n_settings), steps=steps, target=target
    )
    error_model = find_error_model(run_)
    table = estimate(run_, prepared, level=args.level, insist=args.insist, error_model=error_model)
    row = table.iloc[0]
    shown = hide_unidentifiable(run_, table)
    found = resimulated(run_, prepared, row) if args.resimulate or args.refine else None
    refined = _refined(run_, prepared, row) if args.refine else None
    if out:
        _write(out, shown.to_csv(index=False, lineterminator="\n"))
    if report:
        from nmr_core.plots.measured_report import measurement_report_html

        _write(
            report,
            measurement_report_html(
                run_,
                prepared,
                target,
                row,
                level=args.level,
                resimulation=found,
                refinement=refined,
                name=Path(args.source).name,
            ),
        )
    decision = verdict(
        run_,
        prepared,
        target,
        row,
        level=args.level,
        resimulation=found,
        refinement=refined,
    )
    row = shown.iloc[0]
    if args.json:
        show_json(
            _as_json(run_, prepared, row, found, refined, args.level)
            | {"verdict": asdict(decision)}
        )
        return
    for one in prepared:
        show_facts(
            {stage.label: stage.sentence for stage in one.stages}
            | {f"note {k}": text for k, text in enumerate(one.notes, 1)}
        )
    print()
    show_estimates(run_, row, args.level)
    if error_model.note:
        say(error_model.note)
    print()
    for sentence in (decision.sentence, *decision.out_of_range):
        print(sentence)
    if found is not None:
        print(p_value_sentence(found))
    for comment in decision.comments:
        print(comment)
    if refined is not None:
        print()
        show_table(
            ("refined", "value", "sd"),
            [
                (name, f"{value:.6g}", f"{refined.sd.get(name, float('nan')):.3g}")
                for name, value in refined.values.items()
            ],
        )


def _measurements(args: Namespace, n: int):
    """The measurements of the file that are meant."""
    from nmr_core.measured import read_measurements
    from nmr_core.measured.reading import select_measurements

    say(f"Reading {Path(args.source).name} ...")
    measurements = read_measurements(
        Path(args.source),
        kind=args.format,
        time_unit=args.time_unit,
        columns=args.columns,
        step=args.dwell,
        text=text_options.chosen(args),
    )
    for note in dict.fromkeys(note for measurement in measurements for note in measurement.notes):
        say(note)
    return select_measurements(
        measurements,
        n,
        None if args.measurement is None else [_whole(text) for text in args.measurement],
    )


def _whole(text: str) -> int:
    if not text.isdigit():
        raise InputError(
            f"--measurement takes numbers from 1, got {text[:40]!r}. Give for example --measurement 2."
        )
    return int(text)


def _steps(args: Namespace):
    """What was given, as :class:`nmr_core.measured.Steps`."""
    from nmr_core.measured import Steps

    return Steps(
        **{
            name: _value(name, given)
            for name in STEPS
            if (given := getattr(args, name)) is not None
        }
    )


def _value(name: str, given: str):
    """A number, a word, or of ``conjugate`` yes or no."""
    if name == "conjugate" and given in ("yes", "no"):
        return given == "yes"
    try:
        return complex(given) if name == "baseline" else float(given)
    except ValueError:
        return given


def _refined(run_: "Run", prepared: "list[Prepared]", row: Any):
    from nmr_core.measured.for_run import noise_of, refined, signals_of, values_of

    with Ticker("evaluations") as ticker:
        return refined(
            run_,
            signals_of(prepared),
            values_of(run_, row)[1],
            sigma=noise_of(prepared),
            progress=ticker,
        )


def show_estimates(run_: "Run", row: Any, level: float) -> None:
    """Applicability, reason, and one row per parameter: value, interval, range of the training data."""
    if row["applicability"]:
        show_facts(
            {
                "applicability": row["applicability"],
                **({"reason": row["reason"]} if row["reason"] else {}),
            }
        )
    if run_.task == "classification":
        rows = [
            (label, f"{row[f'probability_{label}']:.3f}")
            for label in run_.classes
            if f"probability_{label}" in row
        ]
        show_table(("class", "probability"), rows)
        show_facts(
            {"estimate": row[f"predicted_{run_.targets[0]}"] or "-"}
            | ({f"{level:.0%} set": row["set"] or "-"} if "set" in row else {})
        )
        return
    rows = []
    for name, spec in run_.manifest.targets.items():
        value = row[f"predicted_{name}"]
        interval, note = "-", ""
        if value == value and f"low_{name}" in row:
            interval = f"[{row[f'low_{name}']:.4g}, {row[f'high_{name}']:.4g}]"
        if name in run_.manifest.unidentifiable:
            note = "cannot be identified"
        elif not row[f"inside_{name}"]:
            note = "outside the range"
        rows.append(
            (
                name,
                "-" if value != value else quantity(value, spec["unit"]),
                interval,
                f"{spec['low']:g} to {spec['high']:g}",
                note,
            )
        )
    show_table(("", "estimate", f"{level:.0%} interval", "trained on", ""), rows)


def _as_json(
    run_: "Run", prepared: "list[Prepared]", row: Any, found: Any, refined: Any, level: float
) -> dict:
    from nmr_core.measured.for_run import p_value_sentence

    answer = {
        "run": run_.id,
        "level": level,
        "estimate": {key: value for key, value in row.items() if key != "sample"},
        "measurements": [
            {
                "name": one.measurement.name,
                "points": len(one.measurement),
                "snr": one.snr,
                "sigma": one.sigma,
                "stages": [asdict(stage) for stage in one.stages],
                "warnings": one.warnings,
            }
            for one in prepared
        ],
        "units": {name: spec.get("unit", "") for name, spec in run_.manifest.targets.items()},
    }
    if found is not None:
        answer["resimulation"] = {
            "statistic": found.statistic,
            "p_value": found.p_value,
            "n_seeds": found.n_seeds,
            "says": p_value_sentence(found),
        }
    if refined is not None:
        answer["refined"] = {
            name: getattr(refined, name)
            for name in ("values", "sd", "chi2", "p_value", "n_evaluations")
        }
    return answer


def _write(path: Path, text: str) -> None:
    from nmr_core.storage.files import write_file

    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))
